import type { IncomingHttpHeaders, IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Socket } from 'socket.io'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Principal, PrincipalHolder, UserRole } from '../../application/identity/principal.js'
import { addressKey, forwardedAddress } from '../limits/address-key.js'
import type { LimitExceeded } from '../limits/rate-limits.js'
import { badRequest, forbidden, refuseRequest, refuseUpgrade, shuttingDown } from './refused-handshake.js'
import type { Refusal } from './refused-handshake.js'
import { isUserText } from '../../application/identity/principal.js'
import { wireError } from './reply.js'
import { createTurnQueue } from './turn-queue.js'
import type { ConnectionCheck, TransportPorts } from './transport.js'

export type HandshakeRules = {
  readonly origins: Origins
  readonly trustProxy: boolean | number
  /** Counts a handshake of this address, or returns why it is refused. */
  readonly admit: (address: string) => LimitExceeded | undefined
  readonly isShuttingDown: () => boolean
}

/**
 * Checks the origin of every request and upgrade, and each handshake against the limits, before Engine.IO sees it.
 * Engine.IO skips `allowRequest` for an upgrade that carries a session id, and CORS does not stop a WebSocket.
 */
export const guardHandshakes = (
  server: HttpServer,
  path: string,
  rules: HandshakeRules,
  ports: TransportPorts,
): void => {
  const refusalFor = (request: IncomingMessage): Refusal | undefined => {
    if (!request.url?.startsWith(path)) return undefined
    const refusal = checkRequest(request, rules)
    if (refusal === undefined) return undefined
    ports.count('transport_handshake_refused', { reason: refusal.reason })
    ports.handshakeRefused(addressOf(request, rules.trustProxy), '*', refusal.code)
    if (refusal.limited !== undefined) ports.count('transport_limited', { reason: refusal.limited.limit })
    return refusal
  }

  const handshakes = createTurnQueue(HANDSHAKES_PER_TURN, MAX_WAITING_HANDSHAKES)
  const refuseBusy = (stream: Duplex): void => {
    ports.count('transport_handshake_refused', { reason: 'busy' })
    stream.destroy()
  }
  const requestListeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const pass = (): void => {
      const refusal = refusalFor(request)
      if (refusal !== undefined) return refuseRequest(response, refusal)
      for (const listener of requestListeners) listener.call(server, request, response)
    }
    if (request.url?.startsWith(path) !== true || !isHandshake(queryOf(request.url))) return pass()
    const isQueued = handshakes(() => {
      if (!request.socket.destroyed) pass()
    })
    if (!isQueued) refuseBusy(request.socket)
  })

  const upgradeListeners = server.listeners('upgrade')
  server.removeAllListeners('upgrade')
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // Without a listener, a stream that fails while it waits would end the process.
    stream.on('error', ignoreError)
    const isQueued = handshakes(() => {
      stream.off('error', ignoreError)
      if (stream.destroyed) return
      const refusal = refusalFor(request)
      if (refusal !== undefined) return refuseUpgrade(stream, refusal)
      for (const listener of upgradeListeners) listener.call(server, request, stream, head)
    })
    if (!isQueued) refuseBusy(stream)
  })
}

/** A handshake takes up to a millisecond, and after a failure of the network a thousand arrive in one turn. */
const HANDSHAKES_PER_TURN = 10
const MAX_WAITING_HANDSHAKES = 10_000

const ignoreError = (): void => undefined

const checkRequest = (request: IncomingMessage, rules: HandshakeRules): Refusal | undefined => {
  if (!isAllowedOrigin(request, rules.origins)) return forbidden
  const query = queryOf(request.url ?? '')
  if (query === undefined) return badRequest
  if (!isHandshake(query)) return undefined
  if (rules.isShuttingDown()) return shuttingDown
  // A preflight opens no connection.
  if (request.method === 'OPTIONS') return undefined
  const limited = rules.admit(addressKey(addressOf(request, rules.trustProxy)))
  if (limited === undefined) return undefined
  return { status: 429, reason: 'address', code: 'rate-limited', text: 'Too Many Requests', limited }
}

/**
 * The query as Engine.IO reads it, because a difference would let a handshake pass as the request of an open connection.
 * `undefined`: no client sends such a target. A fragment is never part of one (RFC 9112, 3.2).
 */
const queryOf = (url: string): URLSearchParams | undefined => {
  const base = 'https://host'
  return url.includes('#') || !URL.canParse(url, base) ? undefined : new URL(url, base).searchParams
}

/** Engine.IO takes the last `sid` and treats an empty one as absent. */
const isHandshake = (query: URLSearchParams | undefined): boolean =>
  query !== undefined && !query.getAll('sid').at(-1)

export type Origins = ReadonlySet<string>

/** The origins of the client URLs and of the public URL. Throws for a URL without an origin. */
export const originsFrom = (clientOrigins: readonly string[], publicUrl: string | undefined): Origins => {
  const urls = publicUrl === undefined ? clientOrigins : [...clientOrigins, publicUrl]
  return new Set(
    urls.map((url) => {
      const origin = originOf(url)
      if (origin === undefined || origin === 'null')
        throw new Error(`"${url}" has no origin; write it as https://example.org`)
      return origin
    }),
  )
}

const originOf = (url: string): string | undefined => {
  try {
    return new URL(url).origin
  } catch {
    return undefined
  }
}

/** A request without `Origin` comes from a program: browsers send it with every WebSocket and cross-origin request. */
export const isAllowedOrigin = ({ headers }: IncomingMessage, origins: Origins): boolean => {
  if (headers.origin === undefined) return true
  const origin = originOf(headers.origin)
  // A URL with a path is not an origin.
  if (origin === undefined || origin !== headers.origin.toLowerCase()) return false
  return origins.has(origin) || isOwnHost(origin, headers.host)
}

/** The scheme may differ from the server's, because TLS can end at a proxy. */
const isOwnHost = (origin: string, host: string | undefined): boolean => {
  if (host === undefined) return false
  const { protocol } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && originOf(`${protocol}//${host}`) === origin
}

/** A user whose identity the application has verified; `userId` is null for an anonymous connection. */
export interface VerifiedUser {
  readonly userId: string | null
  readonly name?: string | null
  readonly roles?: ReadonlyArray<UserRole>
  /** Epoch ms. Without `expiresAt` the identity lasts as long as the connection. */
  readonly issuedAt?: number | null
  readonly expiresAt?: number | null
  /** False: the client states its user id itself. Default: true. */
  readonly isVerified?: boolean
}

/** A connection to a namespace, before it exists. */
export interface HandshakeRequest {
  readonly namespace: string
  /** Of the HTTP request with which the connection was opened. */
  readonly headers: IncomingHttpHeaders
  readonly query: Readonly<Record<string, unknown>>
  /** The client's `auth` object, unverified. */
  readonly auth: Readonly<Record<string, unknown>>
  /** The client's IP address, behind trusted proxies too. */
  readonly address: string
}

interface WireFailure {
  readonly code: string
  readonly message?: string
  /** The same handshake may be accepted later. */
  readonly retryable?: boolean
}

/** `refused` reaches the client as `connect_error` with `data.code`. */
export type Authentication =
  | { readonly type: 'authenticated'; readonly principal: VerifiedUser }
  | ({ readonly type: 'refused' } & WireFailure)

/** Names the user of a connection, or refuses it. If it throws, the client gets `internal-error`. */
export type Authenticate = (handshake: HandshakeRequest) => Authentication | Promise<Authentication>

const PRINCIPAL = Symbol('roomreel.principal')

type SocketData = { [PRINCIPAL]?: PrincipalHolder }

/** Who acts on this socket, as of now; `undefined` before its handshake is complete. */
export const principalOf = (socket: Pick<Socket, 'data'>): Principal | undefined =>
  (socket.data as SocketData | undefined)?.[PRINCIPAL]?.current

/** The socket's holder. A socket that `authenticate` has not named gets one with this principal. */
export const principalHolderOf = (
  { data }: Pick<Socket, 'data'>,
  unauthenticated: () => Principal,
): PrincipalHolder => ((data as SocketData)[PRINCIPAL] ??= { current: unauthenticated() })

/** The principal of a user that the application has verified. Throws for a user id that no client may have (E-23). */
export const principalFrom = (user: VerifiedUser): Principal => {
  if (user.userId !== null && !isUserText(user.userId))
    throw new Error(
      '`authenticate` names a user whose id is not a text of 1 to 200 characters; use null for none',
    )
  return {
    userId: user.userId,
    name: isUserText(user.name) ? user.name : null,
    roles: user.roles ?? [],
    isVerified: user.isVerified ?? true,
    issuedAt: user.issuedAt ?? null,
    expiresAt: user.expiresAt ?? null,
  }
}

/** Names the user of a socket from its handshake; with `token`, from this token instead of those of the handshake. */
export const authenticateSocket = async (
  { handshake, conn, nsp }: Pick<Socket, 'handshake' | 'conn' | 'nsp'>,
  authenticate: Authenticate,
  trustProxy: boolean | number,
  token?: string,
): Promise<Authentication> => {
  const { headers, query } = handshake
  const auth: Readonly<Record<string, unknown>> = handshake.auth
  const { remoteAddress } = conn
  const address = addressOf({ headers, socket: { remoteAddress } }, trustProxy)
  const request = { namespace: nsp.name, headers, auth, query, address }
  if (token === undefined) return authenticate(request)
  const { authorization: _authorization, ...otherHeaders } = headers
  const { token: _token, ...otherQuery } = query
  return authenticate({ ...request, headers: otherHeaders, query: otherQuery, auth: { ...auth, token } })
}

/** What the server knows of a principal beyond its token: a revocation refuses it, or takes roles from it. */
export type Admit = (principal: Principal) => Either<WireFailure, Principal>

export const authenticationCheck =
  (
    authenticate: Authenticate,
    admit: Admit,
    now: () => number,
    trustProxy: boolean | number,
  ): ConnectionCheck =>
  async (socket) => {
    const result = await authenticateSocket(socket, authenticate, trustProxy)
    const admitted = result.type === 'authenticated' ? admit(principalFrom(result.principal)) : E.left(result)
    if (E.isRight(admitted)) {
      principalHolderOf(socket, () => admitted.right)
      return undefined
    }
    const error = wireError('unauthenticated', '', now())
    const { code, message = error.message, retryable = false } = admitted.left
    return { ...error, code, message, ...(retryable ? { retryable } : {}) }
  }

type RequestSource = {
  readonly headers: IncomingHttpHeaders
  readonly socket: { readonly remoteAddress?: string | undefined }
}

/**
 * The client's address. Each proxy appends the address of its own client to `X-Forwarded-For`, so behind n trusted
 * proxies the n-th entry from the end is the first that a client cannot forge. With fewer entries, or with one that is
 * no address, the request has not come through these proxies, and its own address counts.
 */
export const addressOf = ({ headers, socket }: RequestSource, trustProxy: boolean | number): string => {
  const direct = socket.remoteAddress ?? ''
  const forwarded = headers['x-forwarded-for']
  if (!trustProxy || forwarded === undefined) return direct
  const entry = String(forwarded).split(',').at(-Number(trustProxy))
  return (entry === undefined ? undefined : forwardedAddress(entry)) ?? direct
}

const ADDRESS = Symbol('roomreel.address')

/** Stores the client's address with its connection, so that it is not read from the headers for each request. */
export const rememberAddress = (connection: object, address: string): void => {
  ;(connection as { [ADDRESS]?: string })[ADDRESS] = address
}

export const clientAddressOf = ({ conn }: Pick<Socket, 'conn'>): string =>
  (conn as { readonly [ADDRESS]?: string })[ADDRESS] ?? ''
