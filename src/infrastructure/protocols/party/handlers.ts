import type { z } from 'zod'
import * as E from '#fp/Either'
import type { RequestFailure } from '../../../application/engine/index.js'
import { lookup } from '../../../domain/kernel/record.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { RoomCommand } from '../../../domain/room/index.js'
import { isPrivateWithToken } from '../../../domain/room/index.js'
import { decodeModuleCommand } from '../module-commands.js'
import type { ReplyFields } from '../define-protocol.js'
import { message } from '../define-protocol.js'
import { entryPosition } from '../event-family.js'
import type { Entered } from '../enter-room.js'
import type { HandlerContext } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reject, reply } from '../handler-result.js'
import { nothing } from '../schemas.js'
import { userOf, otherUsers } from './encode.js'
import * as messages from './messages.js'

type JoinReply = HandlerResult<ReplyFields<typeof messages.joined>>

const join = (
  context: HandlerContext,
  { roomId: room, user, token }: z.output<typeof messages.join>,
): JoinReply => {
  const { id: userId, name, ...profile } = user
  const denied = (rejection: RequestFailure) => reject(rejection, { roomId: room })
  if (context.user.userId !== null && context.user.userId !== userId) {
    return denied({ type: 'access-denied', cause: 'identity' })
  }
  const joinToken = token ?? context.secretOf('party/1/token', room)
  return context.enterRoom(
    {
      room,
      role: 'user',
      name,
      userId,
      ...(Object.keys(profile).length === 0 ? {} : { profile }),
      token: joinToken,
      creates: true,
    },
    (entered) => welcome(entered, joinToken, token !== undefined),
    denied,
  )
}

const welcome = ({ member, state, result }: Entered, joinToken: string, isGiven: boolean): JoinReply => {
  const roomId = state.id
  const user = userOf(member)
  const position = entryPosition(result)
  if (result.events.some(({ type }) => type === 'room.created')) {
    const created = { roomId, user, joinToken }
    return reply(created, { event: 'ROOM_CREATED', payload: { ...created, ...position } })
  }
  const users = otherUsers(member.id, state)
  // The creator of the room may have lost its connection before it received the token.
  const token = !isGiven && isPrivateWithToken(joinToken, state) ? { joinToken } : {}
  const more = 'seq' in position ? { more: true } : {}
  return reply(
    { roomId, user, users, ...token },
    { event: 'JOIN_USER_ACCEPTED', payload: { roomId, user, ...token, ...position, ...more } },
    { event: 'EXISTING_USERS', payload: { roomId, users, ...position } },
  )
}

const submit = (context: HandlerContext, command: RoomCommand): HandlerResult =>
  context.submit(command, () => reply({}))

export const incoming = {
  JOIN_USER_REQUEST: message({
    summary:
      'Enters a room as a user; a room that does not exist is created, with a token for others to enter it',
    access: 'anyone',
    payload: messages.join,
    reply: messages.joined,
    handle: join,
  }),
  PEER_RELAY_SIGNAL: message({
    summary: 'Sends a signal to one user; signals are not stored',
    access: 'member',
    isFrequent: true,
    payload: messages.relay,
    reply: nothing,
    handle: (context, { targetUser, signalData }) =>
      context.signal({
        to: { type: 'user', id: targetUser },
        kind: kindOf(signalData),
        content: signalData,
      }),
  }),
  ACTIVATE_MODULE: message({
    summary: 'Activates a module of the room',
    access: 'member',
    payload: messages.activate,
    reply: nothing,
    handle: (context, { module, options }) =>
      submit(context, { type: 'activate', activity: module, options: options ?? null }),
  }),
  DEACTIVATE_MODULE: message({
    summary: 'Deactivates a module of the room',
    access: 'member',
    payload: messages.deactivate,
    reply: nothing,
    handle: (context, { module }) => submit(context, { type: 'deactivate', activity: module }),
  }),
  CUSTOM_MODULE_EVENT: message({
    summary:
      'Gives an active module a command; an event of a module that the server does not know is relayed',
    access: 'member',
    isFrequent: true,
    payload: messages.moduleEvent,
    reply: nothing,
    handle: (context, { module, event, payload }) => {
      const command = decodeModuleCommand(module, event, payload, 'event', context.model)
      return E.isLeft(command)
        ? reject(command.left)
        : submit(context, { type: 'act', module, command: command.right })
    },
  }),
  'join-activity-request': message({
    summary: 'Returns the state of an activity of the room, as this member may see it',
    access: 'member',
    payload: messages.activityRequest,
    reply: messages.activityState,
    handle: (context, { activity }) =>
      context.submit(
        null,
        ({ state }, by) => {
          if (context.model.activityFor(activity) === undefined)
            return reject({ type: 'unknown-activity', activity })
          const redacted = context.model.redactState({ type: 'member', id: by }, state)
          if (redacted.phase === 'absent' || entryIn(redacted.members, by) === undefined) {
            return reject({ type: 'not-in-room' })
          }
          const module = lookup(redacted.modules, activity)
          return module?.active === true
            ? reply({ activity, state: module.state })
            : reject({ type: 'activity-inactive', activity })
        },
        // The picker's page requests the state of its draw with this event.
        { room: context.roomBy() ?? context.roomBy('picker') },
      ),
  }),
}

/** The kind of a simple-peer signal; any other content is `signal`. */
const kindOf = (content: z.output<typeof messages.relay>['signalData']): string => {
  if (typeof content === 'string') return 'signal'
  const { type } = content
  if (type === 'offer' || type === 'answer') return type
  return type === 'candidate' || 'candidate' in content ? 'candidate' : 'signal'
}
