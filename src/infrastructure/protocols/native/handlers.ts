import type { z } from 'zod'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { StoreFault } from '../../../application/ports/event-store.js'
import type { Viewer } from '../../../domain/kernel/activity.js'
import { memberId } from '../../../domain/kernel/ids.js'
import type { Malformed } from '../../../domain/kernel/rejection.js'
import type { RoomCommand, RoomModel } from '../../../domain/room/index.js'
import { decodeModuleCommand } from '../module-commands.js'
import { decodePayload } from '../../../domain/kernel/payload-decoder.js'
import { message } from '../define-protocol.js'
import type { Entered } from '../enter-room.js'
import type { HandlerContext } from '../handler-context.js'
import { reject, reply } from '../handler-result.js'
import { nothing } from '../schemas.js'
import type { ShownEvent } from '../shown-event.js'
import { shownEvent } from '../shown-event.js'
import { encodeState } from './encode.js'
import * as messages from './messages.js'

type Join = z.output<typeof messages.join>

export const incoming = {
  join: message({
    summary: 'Enters a room of any protocol; returns its state and the events that were missed',
    access: 'anyone',
    payload: messages.join,
    reply: messages.joined,
    handle: (context, join) => {
      const { room, name, token, role = 'member', create: creates = false, admit } = join
      return context.enterRoom({ room, role, name, token, creates, admission: admit }, (entered) =>
        hasMissedNothing(join, entered) && context.mayReplyNow
          ? reply(joinReply(context, join, entered, ownEvents(context, entered)))
          : catchUp(context, join, entered),
      )
    },
  }),
  command: message({
    summary: 'Gives the room a command; a repeated id gets the first answer and has no further effect',
    access: 'member',
    maxBytes: 512 * 1024,
    payload: messages.command,
    reply: messages.accepted,
    handle: (context, { room, id, type, payload }) => {
      context.noteForAudit({ room })
      if (!context.isIn(room)) return reject({ type: 'not-in-room' })
      // Only the members of a draw may need more than the usual size (E-15).
      if (type !== 'random-picker.start' && context.isLarge) return reject({ type: 'payload-too-large' })
      const command = decodeCommand(type, payload, context.model)
      if (E.isLeft(command)) return reject(command.left)
      const cause = context.causeOf(id, { type, payload: payload ?? null })
      return context.submit(command.right, ({ seq }) => reply({ seq }), { room, cause })
    },
  }),
  signal: message({
    summary: 'Sends a signal to one member; signals are not stored',
    access: 'member',
    isFrequent: true,
    payload: messages.signal,
    reply: nothing,
    handle: (context, { room, to, kind, data, negotiation }) =>
      context.signal(
        { to: { type: 'member', id: memberId(to) }, kind, negotiation, content: data ?? null },
        room,
      ),
  }),
  leave: message({
    summary: 'Leaves the room',
    access: 'member',
    payload: messages.leave,
    reply: nothing,
    handle: (context, { room }) => context.leaveRoom(room),
  }),
}

/** A command by its type on the wire: `room.…` is the room's own, `<module>.<command>` a module's. */
const decodeCommand = (type: string, payload: unknown, model: RoomModel): Either<Malformed, RoomCommand> => {
  const dot = type.indexOf('.')
  const module = type.slice(0, dot)
  if (module === 'room') return decodeRoomCommand(type, payload)
  const command = decodeModuleCommand(module, type.slice(dot + 1), payload, 'type', model)
  return E.isLeft(command) ? command : E.right({ type: 'act', module, command: command.right })
}

const decodeRoomCommand = (type: string, payload: unknown): Either<Malformed, RoomCommand> => {
  switch (type) {
    case 'room.activate':
      return E.map(({ activity, options }: z.output<typeof messages.activate>): RoomCommand => ({
        type: 'activate',
        activity,
        options: options ?? null,
      }))(decodePayload(messages.activate, payload))
    case 'room.deactivate':
      return E.map(({ activity }: z.output<typeof messages.deactivate>): RoomCommand => ({
        type: 'deactivate',
        activity,
      }))(decodePayload(messages.deactivate, payload))
    default:
      return E.left({ type: 'invalid-payload', path: 'type', problem: 'names no command of the room' })
  }
}

const isNew = ({ member, result }: Entered): boolean => result.events.some(({ seq }) => seq === member.since)

const isSameLog = ({ after }: Join, { result: { epoch, seq } }: Entered): boolean =>
  after === undefined || (after.epoch === epoch && after.seq <= seq)

/** Most joins are first joins: they need no read of the log. */
const hasMissedNothing = ({ after }: Join, entered: Entered): boolean =>
  after === undefined && entered.state.history === 'own' && isNew(entered)

const ownEvents = (
  { model }: HandlerContext,
  { member: { id, since }, result }: Entered,
): ReadonlyArray<ShownEvent> =>
  result.events.flatMap((event) =>
    event.seq < since ? [] : (shownEvent({ type: 'member', id }, event, model) ?? []),
  )

const joinReply = (
  context: HandlerContext,
  join: Join,
  entered: Entered,
  missed: ReadonlyArray<ShownEvent>,
) => {
  const { member, state, result } = entered
  const recovered = isNew(entered) ? ('new' as const) : ('resumed' as const)
  return {
    room: join.room,
    memberId: member.id,
    epoch: result.epoch,
    seq: result.seq,
    recovered: isSameLog(join, entered) ? recovered : ('reset' as const),
    state: encodeState({ type: 'member', id: member.id }, state, context.model),
    missed,
  }
}

/** The acknowledgement of a join carries at most 500 events; earlier ones are sent before it, as `events`. */
const maxMissed = 500
const eventsPerPage = 100

/** Sends events that the acknowledgement does not carry, at the client's pace, and then reads those that it carries. */
const catchUp = async (context: HandlerContext, join: Join, entered: Entered) => {
  const { after } = join
  const { member, state, result } = entered
  const { seq } = result
  const firstReadable = state.history === 'all' ? 0 : member.since - 1
  const offset = after?.seq ?? (isNew(entered) ? member.since - 1 : seq)
  const from = isSameLog(join, entered) ? Math.max(offset, firstReadable) : seq
  const lastPage = Math.max(from, seq - maxMissed)
  for (let read = from; read < lastPage; read += eventsPerPage) {
    const events = await readEvents(context, entered, read, Math.min(read + eventsPerPage, lastPage))
    if (E.isLeft(events)) return reject({ type: 'store-unavailable' })
    await context.emitPaced('events', events.right)
  }
  return async () => {
    const missed = await readEvents(context, entered, lastPage, seq)
    return E.isLeft(missed)
      ? reject({ type: 'store-unavailable' })
      : reply(joinReply(context, join, entered, missed.right))
  }
}

const readEvents = async (
  context: HandlerContext,
  { member, state }: Entered,
  after: number,
  seq: number,
): Promise<Either<StoreFault, ReadonlyArray<ShownEvent>>> => {
  if (after >= seq) return E.right([])
  const viewer: Viewer = { type: 'member', id: member.id }
  const records = await context.records(state.id, after, seq - after)
  if (E.isLeft(records)) return records
  return E.right(records.right.flatMap((record) => shownEvent(viewer, record, context.model) ?? []))
}
