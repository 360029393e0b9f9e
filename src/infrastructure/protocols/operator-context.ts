import * as E from '#fp/Either'
import type { CommandResult, RequestFailure } from '../../application/engine/index.js'
import type { Identity } from '../../application/identity/identity.js'
import type { Connection } from '../../application/sessions/index.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Room } from '../../domain/room/index.js'
import type { RawJson } from '../transport/raw-json.js'
import type { SocketSessions } from '../transport/socket-sessions.js'
import type { HandlerResult } from './handler-result.js'
import { pending, reject, rejectIdentity, reply, settledBy } from './handler-result.js'
import { encodeState } from './native/encode.js'
import type { ShownEvent } from './shown-event.js'
import { shownEvent } from './shown-event.js'

/** A room as operators see it: its state and its last events, without secrets. */
export interface InspectedRoom {
  readonly state: RawJson
  readonly events: ReadonlyArray<ShownEvent>
}

interface OperatorServices {
  readonly sessions: SocketSessions
  readonly identity: Identity
}

const inspectedEvents = 100

/** What operators do beside the rooms. Reading changes nothing. */
export class OperatorContext {
  constructor(
    private readonly services: OperatorServices,
    private readonly connection: Connection,
    private readonly recordAhead: () => Promise<boolean>,
  ) {}

  /** Why this user may not read a room any more, when the room's turn comes. */
  private readonly denial = (): RequestFailure | undefined => {
    const denial = this.services.identity.denialOf(this.connection.principal, 'operator')
    if (denial === undefined || denial.type === 'token-expired') return denial
    return { type: 'access-denied', cause: 'role' }
  }

  /** Gives this user the rights of an operator for a limited time. */
  takeEmergencyAccess(reason: string): HandlerResult<{ readonly until: number }> {
    const { services, connection } = this
    return settledBy(async () => {
      if (!(await this.recordAhead())) return reject({ type: 'store-unavailable' })
      const taken = await services.identity.takeEmergencyAccess(connection.principal, reason)()
      return E.isLeft(taken) ? rejectIdentity(taken.left) : reply(taken.right)
    })
  }

  /** Refuses every token of the user that was issued until now. */
  revokeUser(userId: string): HandlerResult {
    const { identity } = this.services
    return settledBy(async () => {
      if (!(await this.recordAhead())) return reject({ type: 'store-unavailable' })
      // The right may have been lost while the record was written.
      const denial = identity.denialOf(this.connection.principal, 'operator')
      if (denial !== undefined) return rejectIdentity(denial)
      const revoked = await identity.revoke(userId)()
      return E.isLeft(revoked) ? rejectIdentity(revoked.left) : reply({})
    })
  }

  /** The room's state and its last 100 events. The answer is paced, because both can be large. */
  inspectRoom(room: RoomId): HandlerResult<InspectedRoom> {
    const { answers } = this.services.sessions
    return pending(true, (settle) => {
      answers
        .pace(this.connection.link, async () => {
          const inspected = await this.inspect(room)
          return () => settle(inspected)
        })
        .catch((error: unknown) => settle({ type: 'defect', error }))
    })
  }

  private async inspect(room: RoomId): Promise<HandlerResult<InspectedRoom>> {
    const engine = this.services.sessions.engine()
    const read = await new Promise<E.Either<RequestFailure, CommandResult>>((resolve) =>
      engine.submit(room, { command: null, by: null, cause: null, denial: this.denial, reply: resolve }),
    )
    if (E.isLeft(read)) return reject(read.left)
    const { state, seq } = read.right
    if (state.phase === 'absent') return reject({ type: 'room-not-found' })
    return this.shown(state, seq)
  }

  private async shown(state: Room, seq: number): Promise<HandlerResult<InspectedRoom>> {
    const engine = this.services.sessions.engine()
    const { model } = engine
    const records = await engine.records(state.id, Math.max(0, seq - inspectedEvents), inspectedEvents)()
    if (E.isLeft(records)) return reject({ type: 'store-unavailable' })
    const viewer = { type: 'operator' } as const
    return reply({
      state: encodeState(viewer, state, model),
      events: records.right.flatMap((record) => shownEvent(viewer, record, model) ?? []),
    })
  }
}
