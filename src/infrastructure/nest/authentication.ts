import * as E from '#fp/Either'
import { flow } from '#fp/function'
import type { Identity, IdentityRejection } from '../../application/identity/identity.js'
import { errorFor } from '../protocols/error-mapping.js'
import type { Reauthenticate } from '../protocols/handler-context.js'
import { reject } from '../protocols/handler-result.js'
import type { Authenticate } from '../transport/handshake-guard.js'
import { authenticateSocket, authenticationCheck, principalFrom } from '../transport/handshake-guard.js'
import type { WireError } from '../transport/reply.js'
import type { ConnectionCheck } from '../transport/transport.js'

/** Refuses a connection whose user `authenticate` does not name, or whose token was revoked. */
export const handshakeCheck = (
  authenticate: Authenticate,
  identity: Identity,
  now: () => number,
  trustProxy: boolean | number = false,
): ConnectionCheck =>
  authenticationCheck(
    authenticate,
    flow(
      identity.admit,
      E.mapLeft((rejection: IdentityRejection) => errorFor(rejection, '', now())),
    ),
    now,
    trustProxy,
  )

/** The last event of a connection whose token ends. It belongs to no request, so it names no event. */
export const closingError =
  (now: () => number) =>
  (rejection: IdentityRejection): WireError => {
    const { code, message, timestamp } = errorFor(rejection, '', now())
    return { code, message, timestamp }
  }

/** Asks `authenticate` for the user of a new token, as at a handshake. */
export const reauthenticateWith =
  (authenticate: Authenticate | undefined, trustProxy: boolean | number = false): Reauthenticate =>
  async (socket, token) => {
    if (authenticate === undefined) return E.left(reject({ type: 'unauthenticated' }))
    const result = await authenticateSocket(socket, authenticate, trustProxy, token)
    if (result.type === 'authenticated') return E.right(principalFrom(result.principal))
    const type = result.code === 'token-expired' ? 'token-expired' : 'unauthenticated'
    const { message, retryable = false } = result
    return E.left(
      reject(
        { type },
        { ...(message === undefined ? {} : { message }), ...(retryable ? { retryable } : {}) },
      ),
    )
  }
