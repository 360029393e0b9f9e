import type { z } from 'zod'
import type { CommandResult } from '../../../application/engine/index.js'
import { randomPicker } from '../../../domain/activities/random-picker/index.js'
import type { PickerCommand, PickerState } from '../../../domain/activities/random-picker/index.js'
import { memberId as asMemberId } from '../../../domain/kernel/ids.js'
import type { Role, RoomState } from '../../../domain/room/index.js'
import { moduleCommand, stateOf } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import { startCommand } from '../../../domain/activities/random-picker/commands.js'
import { message } from '../define-protocol.js'
import { eventIn } from '../event-family.js'
import type { Entered } from '../enter-room.js'
import type { HandlerContext } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reply } from '../handler-result.js'
import { nothing } from '../schemas.js'
import { broadcasterIn, connectedViewerCount, viewersOf } from './encode.js'
import * as messages from './messages.js'

const enter = <Fields extends object>(
  context: HandlerContext,
  role: Role,
  { room, name, token }: z.output<typeof messages.join>,
  replyTo: (entered: Entered) => Fields,
) =>
  context.enterRoom({ room, role, name, token, creates: true, activates: 'random-picker' }, (entered) => {
    const { member, state } = entered
    return reply({
      room,
      memberId: member.id,
      viewers: connectedViewerCount(state),
      ...phaseOf(stateOf(randomPicker, state)),
      ...replyTo(entered),
      iceServers: context.iceServers(member.id),
    })
  })

const act = <Fields extends object>(
  context: HandlerContext,
  command: PickerCommand,
  succeeded: (result: CommandResult) => Fields,
): HandlerResult<Fields> =>
  context.submit(moduleCommand(randomPicker, command), (result) => reply(succeeded(result)))

/** A viewer that names no target means the broadcaster. */
const targetOf = (target: string | undefined) =>
  target === undefined ? ({ type: 'leader' } as const) : ({ type: 'member', id: asMemberId(target) } as const)

export const incoming = {
  'broadcaster-join': message({
    summary: 'Enters the room as its broadcaster',
    access: 'anyone',
    payload: messages.join,
    reply: messages.joinedAsBroadcaster,
    handle: (context, payload) =>
      enter(context, 'broadcaster', payload, ({ state, result }) => ({
        role: 'broadcaster' as const,
        ...watchersFor(result.events, state),
      })),
  }),
  'viewer-join': message({
    summary: 'Enters the room as a viewer',
    access: 'anyone',
    payload: messages.join,
    reply: messages.joinedAsViewer,
    handle: (context, payload) =>
      enter(context, 'viewer', payload, ({ state }) => ({
        role: 'viewer' as const,
        broadcasterId: broadcasterIn(state)?.id ?? null,
      })),
  }),
  startRandom: message({
    summary:
      'Starts a draw among these members; only the broadcaster may, or any member of a room without one',
    access: 'member',
    maxBytes: 512 * 1024,
    aliases: ['start-random'],
    payload: messages.start,
    reply: messages.started,
    handle: (context, payload) =>
      act(context, startCommand(payload), (result) => {
        const { drawId, drawNo, commitment } = eventIn(randomPicker, 'random-picker.started', result)
        return { drawId, drawNo, commitment }
      }),
  }),
  'contribute-entropy': message({
    summary: 'Adds the client’s own random bytes to the next draw',
    access: 'member',
    payload: messages.contribute,
    reply: messages.contributed,
    handle: (context, { entropy }) =>
      act(context, { type: 'contribute', entropy }, (result) => ({
        drawNo: eventIn(randomPicker, 'random-picker.contributed', result).drawNo,
      })),
  }),
  cancelRandom: message({
    summary:
      'Cancels the running draw, which has no winner then; only those who may start a draw may cancel it',
    access: 'member',
    aliases: ['cancel-random'],
    payload: nothing,
    reply: messages.cancelled,
    handle: (context) =>
      act(context, { type: 'cancel' }, (result) => ({
        drawId: eventIn(randomPicker, 'random-picker.cancelled', result).drawId,
      })),
  }),
  'remove-member': message({
    summary: 'Removes a member from the room; only the broadcaster may',
    access: 'member',
    payload: messages.removeMember,
    reply: nothing,
    handle: (context, { memberId }) =>
      context.submit({ type: 'expel', target: asMemberId(memberId) }, () => reply({})),
  }),
  offer: message({
    summary: 'Sends an offer; without a target, to the broadcaster',
    access: 'member',
    isFrequent: true,
    payload: messages.offer,
    reply: nothing,
    handle: (context, { target, negotiation, offer }) =>
      context.signal({ to: targetOf(target), kind: 'offer', negotiation, content: offer }),
  }),
  answer: message({
    summary: 'Answers an offer',
    access: 'member',
    isFrequent: true,
    payload: messages.answer,
    reply: nothing,
    handle: (context, { target, negotiation, answer }) =>
      context.signal({ to: targetOf(target), kind: 'answer', negotiation, content: answer }),
  }),
  'ice-candidate': message({
    summary: 'Sends an ICE candidate; null or an empty one ends the list',
    access: 'member',
    isFrequent: true,
    payload: messages.iceCandidate,
    reply: nothing,
    handle: (context, { target, negotiation, candidate }) =>
      context.signal({ to: targetOf(target), kind: 'candidate', negotiation, content: candidate }),
  }),
  leave: message({
    summary: 'Leaves the room',
    access: 'anyone',
    payload: nothing,
    reply: nothing,
    handle: (context) => context.leaveRoom(),
  }),
}

/**
 * A new broadcaster gets `viewer-joined` for each viewer. One that joins again causes no event and gets none, but its page may
 * have been reloaded, so the reply lists the viewers.
 */
const watchersFor = (
  events: ReadonlyArray<RoomRecord>,
  state: RoomState,
): { readonly watchers?: ReadonlyArray<{ readonly viewerId: string; readonly name?: string }> } =>
  events.some(makesBroadcaster)
    ? {}
    : {
        watchers: viewersOf(state).map(({ id, name }) => ({
          viewerId: id,
          ...(name === null ? {} : { name }),
        })),
      }

const makesBroadcaster = (event: RoomRecord): boolean =>
  (event.type === 'room.member-joined' && event.data.role === 'broadcaster') ||
  (event.type === 'room.role-changed' && event.data.to === 'broadcaster')

/** The draw that runs, or the commitment of the next one. */
const phaseOf = (picker: PickerState | undefined) => {
  switch (picker?.phase.type) {
    case 'running': {
      const { drawId, members, tick, index, startedAt } = picker.phase.draw
      const member = index === null ? null : (members[index] ?? null)
      return { draw: { drawId, members, tick, member, startedAt } }
    }
    case 'committed': {
      const { drawNo, commitment } = picker.phase.next
      return { next: { drawNo, commitment } }
    }
    case 'unopened':
    case 'between':
    case undefined:
      return {}
  }
}
