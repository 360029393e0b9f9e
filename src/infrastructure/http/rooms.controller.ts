import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { Identity, IdentityRejection } from '../../application/identity/identity.js'
import type { Principal } from '../../application/identity/principal.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { TokenVerifier } from '../../application/ports/token-verifier.js'
import type { Engine, Request } from '../../application/engine/index.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import { isRoomName, roomId } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Settings } from '../config/settings.js'
import { decodePayload } from '../../domain/kernel/payload-decoder.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { RoomSettings } from '../protocols/handler-context.js'
import {
  CLOCK,
  ENGINE,
  ENTROPY,
  IDENTITY,
  SESSIONS,
  LIFECYCLE,
  LOG_READ_LIMITS,
  METRICS,
  ROOM_SETTINGS,
  SETTINGS,
  TOKEN_VERIFIER,
} from '../nest/tokens.js'
import type { Metrics } from '../observability/metrics.js'
import { addressOf } from '../transport/handshake-guard.js'
import { addressKey } from '../limits/address-key.js'
import { createTokenBuckets, takeToken } from '../limits/token-bucket.js'
import type { TokenBuckets } from '../limits/token-bucket.js'
import { authenticateRequest, identityResponse } from './bearer.js'
import { errorResponse, rejectionResponse, send } from './responses.js'
import type { HttpResponse, Request as HttpRequest, Response } from './responses.js'
import type { HttpAudit } from './http-audit.js'
import { createHttpAudit } from './http-audit.js'
import type { AuditScope } from '../../application/identity/audit-scope.js'
import { setUser } from '../../application/identity/audit-scope.js'
import type { WireError } from '../transport/reply.js'
import type { Lifecycle } from './lifecycle.js'
import { admission } from '../protocols/schemas.js'
import { generateRoomCode, generateRoomToken, roomIdOfCode } from '../protocols/room-codes.js'
import { createLogReaders, hasClosed, openLog, streamLog, submitCommand } from './room-log.js'
import type { LogReadLimits, LogReaders, LogReadOutcome } from './room-log.js'

const newRoom = z.object({
  roomCode: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 of letters, digits and -')
    .optional(),
  private: z.boolean().optional(),
  admit: admission.optional(),
})

const wholeNumber = (min: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= min, `must be ${min} or more`)

const spanQuery = z.object({ after: wholeNumber(0).optional(), limit: wholeNumber(1).optional() })

/** A person creates few rooms; a program reads logs page by page. */
const creationRate = { burst: 30, perSecond: 1 }
const readRate = { burst: 60, perSecond: 10 }

/** Retry-After for a reader beyond the limit. */
const readerRetryMs = 5_000

/** A random code may be taken already; three in succession are not. */
const maxAttempts = 3

/** Rooms for programs without a socket. */
@Controller('rooms')
export class RoomsController {
  private readonly creationLimiter = createTokenBuckets(creationRate)
  private readonly readLimiter = createTokenBuckets(readRate)
  private readonly readers: LogReaders
  private readonly audit: HttpAudit

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(SESSIONS) private readonly sessions: SocketSessions,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ENTROPY) private readonly entropy: Entropy,
    @Inject(LIFECYCLE) private readonly lifecycle: Lifecycle,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ROOM_SETTINGS) private readonly rooms: RoomSettings,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOG_READ_LIMITS) private readonly limits: LogReadLimits,
    @Inject(TOKEN_VERIFIER) private readonly tokens: TokenVerifier,
    @Inject(IDENTITY) private readonly identity: Identity,
  ) {
    this.readers = createLogReaders(limits)
    this.audit = createHttpAudit(engine.audit, settings.trustProxy)
    metrics.observeLogReaders(this.readers.count)
  }

  @Post()
  async create(@Req() request: HttpRequest, @Body() body: unknown, @Res() response: Response): Promise<void> {
    const scope = this.audit.scopeOf(request, 'POST /rooms')
    await this.respond(response, scope, await this.created(request, body, scope))
  }

  private async created(
    request: HttpRequest,
    body: unknown,
    scope: AuditScope | null,
  ): Promise<HttpResponse> {
    const rejection = this.rejectionOf(request, this.creationLimiter)
    if (rejection !== undefined) return rejection
    const creator = await this.creatorOf(request, scope)
    if (E.isLeft(creator)) return creator.left
    const decoded = decodePayload(newRoom, body)
    if (E.isLeft(decoded)) return rejectionResponse(decoded.left, this.clock.now())
    return this.createRoom(decoded.right, this.addressKeyOf(request), scope)
  }

  /** The response leaves once the request is recorded. */
  private async respond(response: Response, scope: AuditScope | null, answer: HttpResponse): Promise<void> {
    const isRecorded = await this.audit.record(scope, codeIn(answer))
    send(response, isRecorded ? answer : errorResponse('store-unavailable', this.clock.now()))
  }

  @Get(':room/events')
  async events(
    @Req() request: HttpRequest,
    @Param('room') name: string,
    @Query() query: unknown,
    @Res() response: Response,
  ): Promise<void> {
    const room = isRoomName(name) ? roomId(name) : undefined
    const scope = this.audit.scopeOf(request, 'GET /rooms/:room/events', room === undefined ? {} : { room })
    const refuse = (answer: HttpResponse): Promise<void> => this.respond(response, scope, answer)
    const rejection = this.rejectionOf(request, this.readLimiter)
    if (rejection !== undefined) return refuse(rejection)
    const reader = await this.readerOf(request, scope)
    if (E.isLeft(reader)) return refuse(reader.left)
    if (room === undefined) return refuse(errorResponse('room-not-found', this.clock.now()))
    const decoded = decodePayload(spanQuery, query)
    if (E.isLeft(decoded)) return refuse(rejectionResponse(decoded.left, this.clock.now()))
    const read = await this.roomReaderOf(room, reader.right)
    if (read?.mayRead() !== true) return refuse(await this.rejectNonMember(room))
    const { after = 0, limit = Infinity } = decoded.right
    const release = this.readers.admit(this.addressKeyOf(request))
    if (typeof release === 'string') {
      this.metrics.logRead('rejected')
      return refuse(this.retryLater(release === 'too-many' ? 503 : 429, readerRetryMs))
    }
    try {
      this.metrics.logRead(await this.stream(room, read, { after, limit }, response, scope))
    } finally {
      release()
    }
  }

  /** In `AUTH_MODE=jwt` a room is created by a user, as everything else is done by one. */
  private async creatorOf(
    request: HttpRequest,
    scope: AuditScope | null,
  ): Promise<Either<HttpResponse, void>> {
    if (this.settings.authMode === 'open') return E.right(undefined)
    const message = 'This server needs a token; send "Authorization: Bearer <token>"'
    const principal = await authenticateRequest(request, this.tokens, this.identity, this.clock, message)
    if (E.isRight(principal) && scope !== null) setUser(scope, principal.right)
    return E.map(() => undefined)(principal)
  }

  /** An operator by its token, or the session that may have a member. */
  private async readerOf(
    request: HttpRequest,
    scope: AuditScope | null,
  ): Promise<Either<HttpResponse, Reader>> {
    const sessionId = sessionIn(request)
    if (sessionId !== undefined) return E.right({ type: 'session', sessionId })
    const principal = await authenticateRequest(request, this.tokens, this.identity, this.clock)
    if (E.isLeft(principal)) return principal
    if (scope !== null) setUser(scope, principal.right)
    const denialNow = (): IdentityRejection | undefined =>
      E.match(
        (rejection: IdentityRejection): IdentityRejection | undefined => rejection,
        (admitted: Principal) => this.identity.denialOf(admitted, 'operator'),
      )(this.identity.admit(principal.right))
    const denial = denialNow()
    if (scope !== null && this.identity.actsByEmergency(principal.right, 'operator')) scope.emergency = true
    return denial === undefined
      ? E.right({ type: 'operator', mayRead: () => denialNow() === undefined })
      : E.left(identityResponse(denial, this.clock.now()))
  }

  private async roomReaderOf(room: RoomId, reader: Reader): Promise<RoomReader | undefined> {
    if (reader.type === 'operator') return { viewer: { type: 'operator' }, mayRead: reader.mayRead }
    const member = await this.sessions.memberOfSession(room, reader.sessionId)
    return member && { viewer: { type: 'member', id: member.id }, mayRead: member.isAuthenticated }
  }

  private async stream(
    room: RoomId,
    { viewer, mayRead }: RoomReader,
    span: { readonly after: number; readonly limit: number },
    response: Response,
    scope: AuditScope | null,
  ): Promise<LogReadOutcome> {
    const isAborted = (): boolean => {
      // An incomplete response ends without its last chunk, so that it does not look complete.
      if (!mayRead()) response.destroy()
      return hasClosed(response)
    }
    const log = await openLog(this.engine, room, viewer, { ...span, page: this.limits, isAborted })
    // A member's look at its own room needs no record. That of an operator has one before the first line leaves.
    const isRecorded = E.isLeft(log) || viewer.type === 'member' || (await this.audit.record(scope, null))
    if (!isRecorded) {
      send(response, errorResponse('store-unavailable', this.clock.now()))
      return 'failed'
    }
    if (E.isRight(log)) return streamLog(log.right, response, this.clock, this.limits.writeTimeoutMs)
    await this.respond(response, scope, rejectionResponse(log.left, this.clock.now()))
    return 'failed'
  }

  private async createRoom(
    { roomCode: code, private: isPrivate, admit }: z.output<typeof newRoom>,
    address: string,
    scope: AuditScope | null,
  ): Promise<HttpResponse> {
    const rules = admit === undefined ? this.rooms.rules : { ...this.rooms.rules, admission: admit }
    const joinToken = isPrivate === true ? generateRoomToken(this.entropy) : null
    for (let attempt = 1; ; attempt++) {
      const roomCode = code ?? generateRoomCode(this.entropy)
      const room = roomIdOfCode(roomCode)
      const isRetried = code === undefined && attempt < maxAttempts
      if (scope !== null) scope.retriedCode = isRetried ? 'room-exists' : null
      const command = { type: 'create', token: joinToken, rules } as const
      const created = await submitCommand(this.engine, room, command, scope, this.creationDenial(address))
      if (E.isRight(created)) {
        const body = { roomId: room, roomCode, ...(joinToken === null ? {} : { joinToken }) }
        return { status: 201, body }
      }
      if (created.left.type === 'too-many-new-rooms') return this.retryLater(429, created.left.retryAfterMs)
      if (created.left.type !== 'room-exists' || !isRetried)
        return rejectionResponse(created.left, this.clock.now())
    }
  }

  /** Counts the room for the address if it does not exist yet. */
  private creationDenial(address: string): NonNullable<Request['denial']> {
    const { creation } = this.rooms
    return (state) => {
      if (state.phase !== 'absent' || creation === undefined) return undefined
      const retryAfterMs = creation.take({ session: null, address })
      if (retryAfterMs === 0) return undefined
      this.metrics.transport('transport_limited', { reason: 'rooms' })
      return { type: 'too-many-new-rooms', retryAfterMs }
    }
  }

  /** The same response for a user that is no member and an unknown session: it reveals only whether the room exists. */
  private async rejectNonMember(room: RoomId): Promise<HttpResponse> {
    const first = await this.engine.records(room, 0, 1)()
    if (E.isLeft(first)) return errorResponse('store-unavailable', this.clock.now(), { retryable: true })
    return errorResponse(first.right.length === 0 ? 'room-not-found' : 'access-denied', this.clock.now())
  }

  private rejectionOf(request: HttpRequest, limiter: TokenBuckets): HttpResponse | undefined {
    const now = this.clock.now()
    if (this.lifecycle.phase() === 'stopping') return errorResponse('shutting-down', now)
    if (this.settings.rateLimit === 'off') return undefined
    const retryAfterMs = takeToken(limiter, this.addressKeyOf(request), now)
    return retryAfterMs === 0 ? undefined : this.retryLater(429, retryAfterMs)
  }

  private addressKeyOf(request: HttpRequest): string {
    return addressKey(addressOf(request, this.settings.trustProxy))
  }

  private retryLater(status: 429 | 503, retryAfterMs: number): HttpResponse {
    const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
    return { ...errorResponse('rate-limited', this.clock.now(), { retryAfterMs }), status, headers }
  }
}

type Reader =
  | { readonly type: 'session'; readonly sessionId: string }
  | { readonly type: 'operator'; readonly mayRead: () => boolean }

/** A reader and its right, which can end while it reads. */
interface RoomReader {
  readonly viewer: Viewer
  readonly mayRead: () => boolean
}

const codeIn = ({ body }: HttpResponse): string | null =>
  'error' in body ? (body.error as WireError).code : null

const sessionIn = ({ headers }: HttpRequest): string | undefined =>
  /^Session ([\x21-\x7e]{1,200})$/i.exec(headers.authorization ?? '')?.[1]
