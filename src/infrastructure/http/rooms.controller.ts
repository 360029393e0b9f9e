import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common'
import * as E from '#fp/Either'
import { z } from 'zod'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { CommandResult, Engine, RequestFailure } from '../../application/engine/index.js'
import { isRoomName, roomId } from '../../domain/kernel/ids.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { RoomCommand } from '../../domain/room/index.js'
import type { Settings } from '../config/settings.js'
import type { SocketSessions as Hub } from '../transport/socket-sessions.js'
import { decodePayload } from '../protocols/decode-payload.js'
import type { RoomSettings } from '../protocols/handler-context.js'
import {
  CLOCK,
  ENGINE,
  ENTROPY,
  HUB,
  LIFECYCLE,
  LOG_READ_LIMITS,
  METRICS,
  ROOM_SETTINGS,
  SETTINGS,
} from '../nest/tokens.js'
import type { Metrics } from '../observability/metrics.js'
import { addressOf } from '../transport/handshake-guard.js'
import { addressRate } from './address-rate.js'
import type { AddressRate } from './address-rate.js'
import { refusal, refused, send } from './answers.js'
import type { HttpAnswer, Request, Response } from './answers.js'
import type { Lifecycle } from './lifecycle.js'
import { freshCode, freshToken, roomOfCode } from '../protocols/room-codes.js'
import { createLogReaders } from './log-readers.js'
import type { LogReadLimits, LogReaders } from './log-readers.js'
import { hasClosed, openLog, streamLog } from './room-log.js'
import type { LogReadOutcome } from './room-log.js'

const newRoom = z.object({
  roomCode: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 of letters, digits and -')
    .optional(),
  private: z.boolean().optional(),
})

const place = (least: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .refine((number) => number >= least, `must be ${least} or more`)

const spanQuery = z.object({ after: place(0).optional(), limit: place(1).optional() })

/** A person makes a room now and then; a program reads logs page by page. */
const creations = { burst: 30, perSecond: 1 }
const readings = { burst: 60, perSecond: 10 }

/** When a reader may try again that found all places taken. */
const readerRetryMs = 5_000

/** Of codes at random one may be taken; that three in a row are is no chance. */
const attempts = 3

/** Rooms for programs that have no socket. */
@Controller('rooms')
export class RoomsController {
  private readonly mayCreate = addressRate(creations)
  private readonly mayRead = addressRate(readings)
  private readonly readers: LogReaders

  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(HUB) private readonly hub: Hub,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(ENTROPY) private readonly entropy: Entropy,
    @Inject(LIFECYCLE) private readonly lifecycle: Lifecycle,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ROOM_SETTINGS) private readonly rooms: RoomSettings,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOG_READ_LIMITS) private readonly limits: LogReadLimits,
  ) {
    this.readers = createLogReaders(limits)
    metrics.observeLogReaders(this.readers.count)
  }

  @Post()
  async create(@Req() request: Request, @Body() body: unknown, @Res() response: Response): Promise<void> {
    const turnedAway = this.turnedAway(request, this.mayCreate)
    if (turnedAway !== undefined) return send(response, turnedAway)
    const wanted = decodePayload(newRoom, body)
    if (E.isLeft(wanted)) return send(response, refused(wanted.left, this.clock.now()))
    send(response, await this.created(wanted.right.roomCode, wanted.right.private ?? false))
  }

  @Get(':room/events')
  async events(
    @Req() request: Request,
    @Param('room') name: string,
    @Query() query: unknown,
    @Res() response: Response,
  ): Promise<void> {
    const turnedAway = this.turnedAway(request, this.mayRead)
    if (turnedAway !== undefined) return send(response, turnedAway)
    const sessionId = sessionIn(request)
    if (sessionId === undefined) return send(response, unauthenticated(this.clock.now()))
    if (!isRoomName(name)) return send(response, refusal('room-not-found', this.clock.now()))
    const wanted = decodePayload(spanQuery, query)
    if (E.isLeft(wanted)) return send(response, refused(wanted.left, this.clock.now()))
    const room = roomId(name)
    const member = await this.hub.memberOfSession(room, sessionId)
    if (member === undefined) return send(response, await this.strangers(room))
    const { after = 0, limit = Infinity } = wanted.right
    const release = this.readers.admit(addressOf(request, this.settings.trustProxy))
    if (typeof release === 'string') {
      this.metrics.logRead('rejected')
      return send(response, this.retryLater(release === 'too-many' ? 503 : 429, readerRetryMs))
    }
    try {
      this.metrics.logRead(await this.stream(room, member, { after, limit }, response))
    } finally {
      release()
    }
  }

  private async stream(
    room: RoomId,
    member: MemberId,
    span: { readonly after: number; readonly limit: number },
    response: Response,
  ): Promise<LogReadOutcome> {
    const isAborted = (): boolean => hasClosed(response)
    const log = await openLog(this.engine, room, member, { ...span, page: this.limits, isAborted })
    if (E.isRight(log)) return streamLog(log.right, response, this.clock, this.limits.writeTimeoutMs)
    send(response, refused(log.left, this.clock.now()))
    return 'failed'
  }

  private async created(code: string | undefined, isPrivate: boolean): Promise<HttpAnswer> {
    const joinToken = isPrivate ? freshToken(this.entropy) : null
    for (let attempt = 1; ; attempt++) {
      const roomCode = code ?? freshCode(this.entropy)
      const room = roomOfCode(roomCode)
      const made = await this.ask(room, { type: 'create', token: joinToken, rules: this.rooms.rules })
      if (E.isRight(made)) {
        const body = { roomId: room, roomCode, ...(joinToken === null ? {} : { joinToken }) }
        return { status: 201, body }
      }
      const isTaken = made.left.type === 'room-exists'
      if (code !== undefined || !isTaken || attempt === attempts) return refused(made.left, this.clock.now())
    }
  }

  /** Not a member, or not a session: that the two are not told apart, nobody learns more than the room's name. */
  private async strangers(room: RoomId): Promise<HttpAnswer> {
    const first = await this.engine.records(room, 0, 1)()
    if (E.isLeft(first)) return refusal('store-unavailable', this.clock.now(), { retryable: true })
    return refusal(first.right.length === 0 ? 'room-not-found' : 'access-denied', this.clock.now())
  }

  private turnedAway(request: Request, rate: AddressRate): HttpAnswer | undefined {
    const now = this.clock.now()
    if (this.lifecycle.phase() === 'stopping') return refusal('shutting-down', now)
    if (this.settings.rateLimit === 'off') return undefined
    const retryAfterMs = rate(addressOf(request, this.settings.trustProxy), now)
    return retryAfterMs === 0 ? undefined : this.retryLater(429, retryAfterMs)
  }

  private retryLater(status: 429 | 503, retryAfterMs: number): HttpAnswer {
    const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
    return { ...refusal('rate-limited', this.clock.now(), { retryAfterMs }), status, headers }
  }

  private ask(room: RoomId, command: RoomCommand): Promise<E.Either<RequestFailure, CommandResult>> {
    return new Promise((resolve) => {
      this.engine.submit(room, { command, by: null, cause: null, reply: resolve })
    })
  }
}

const sessionIn = ({ headers }: Request): string | undefined =>
  /^Session ([\x21-\x7e]{1,200})$/i.exec(headers.authorization ?? '')?.[1]

const unauthenticated = (nowMs: number): HttpAnswer => ({
  ...refusal('unauthenticated', nowMs),
  headers: { 'www-authenticate': 'Session' },
})
