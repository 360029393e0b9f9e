import type { z } from 'zod'
import { memberId } from '../../../domain/kernel/ids.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { RequestFailure } from '../../../application/engine/index.js'
import { message } from '../define-protocol.js'
import { entryPosition } from '../event-family.js'
import type { HandlerContext } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reject, reply } from '../handler-result.js'
import { generateRoomCode, roomIdOfCode } from '../room-codes.js'
import { nothing } from '../schemas.js'
import { otherPeers } from './encode.js'
import * as messages from './messages.js'

/** One random code may be taken. That three in a row are is improbable enough to be a defect. */
const maxAttempts = 3

const createRoom = (
  context: HandlerContext,
  requested: z.output<typeof messages.create>,
  attempt = 1,
): HandlerResult<{ readonly roomId: string; readonly roomCode: string }> => {
  const roomCode = requested.roomCode ?? generateRoomCode(context.entropy)
  const roomId = roomIdOfCode(roomCode)
  const maxPeers = Math.min(requested.maxPeers ?? context.rules.maxPeers, context.rules.maxPeers)
  const { admit } = requested
  return context.createRoom(
    roomId,
    { ...context.rules, maxPeers, ...(admit === undefined ? {} : { admission: admit }) },
    () => reply({ roomId, roomCode }),
    (rejection) => {
      const isCollision = rejection.type === 'room-exists' && requested.roomCode === undefined
      return isCollision && attempt < maxAttempts
        ? createRoom(context, requested, attempt + 1)
        : reject(rejection)
    },
    requested.roomCode === undefined && attempt < maxAttempts,
  )
}

/** Adds the address of the SFU, if one is configured, to the error of a full room (M-5). */
const withSfu = async (context: HandlerContext, room: RoomId, rejection: RequestFailure) => {
  const sfu = await context.sfu.accessFor(room, context.memberIn(room), context.user.name)
  return reject(rejection, sfu === null ? {} : { sfu })
}

export const incoming = {
  'create:room': message({
    summary: 'Creates a room without entering it',
    access: 'anyone',
    payload: messages.create,
    reply: messages.created,
    handle: (context, payload) => createRoom(context, payload),
  }),
  'join:room': message({
    summary: 'Enters the room of this code as a peer, and leaves the previous room',
    access: 'anyone',
    payload: messages.join,
    reply: messages.joined,
    handle: (context, { roomCode, create: creates = false, token }) => {
      const room = roomIdOfCode(roomCode)
      return context.enterRoom(
        { room, role: 'peer', token, creates },
        ({ member, state, result }) => {
          const joined = {
            roomId: room,
            peerId: member.id,
            peers: otherPeers(member.id, state),
            iceServers: context.iceServers(member.id),
          }
          return reply(joined, { event: 'room:joined', payload: { ...joined, ...entryPosition(result) } })
        },
        (rejection) =>
          rejection.type === 'room-full' ? withSfu(context, room, rejection) : reject(rejection),
      )
    },
  }),
  'leave:room': message({
    summary: 'Leaves the room',
    access: 'anyone',
    payload: nothing,
    reply: nothing,
    handle: (context) => context.leaveRoom(),
  }),
  'webrtc:offer': message({
    summary: 'Sends an offer to one peer',
    access: 'member',
    isFrequent: true,
    payload: messages.offer,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, offer }) =>
      context.signal({ to: peerTarget(targetPeerId), kind: 'offer', negotiation, content: offer }),
  }),
  'webrtc:answer': message({
    summary: 'Answers an offer',
    access: 'member',
    isFrequent: true,
    payload: messages.answer,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, answer }) =>
      context.signal({ to: peerTarget(targetPeerId), kind: 'answer', negotiation, content: answer }),
  }),
  'webrtc:ice': message({
    summary: 'Sends an ICE candidate; null or an empty one ends the list',
    access: 'member',
    isFrequent: true,
    payload: messages.iceCandidate,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, candidate }) =>
      context.signal({ to: peerTarget(targetPeerId), kind: 'candidate', negotiation, content: candidate }),
  }),
}

const peerTarget = (id: string) => ({ type: 'member', id: memberId(id) }) as const
