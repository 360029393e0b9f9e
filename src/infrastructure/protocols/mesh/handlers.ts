import type { z } from 'zod'
import { memberId } from '../../../domain/kernel/ids.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { RequestFailure } from '../../../application/engine/index.js'
import { message } from '../define-protocol.js'
import type { HandlerContext } from '../handler-context.js'
import { placeOf } from '../handler-context.js'
import type { HandlerResult } from '../handler-result.js'
import { reject, reply } from '../handler-result.js'
import { freshCode, roomOfCode } from '../room-codes.js'
import { nothing } from '../schemas.js'
import { peersFor } from './encode.js'
import * as messages from './messages.js'

/** One random code may be taken; three in a row are a defect. */
const maxAttempts = 3

const createRoom = (
  context: HandlerContext,
  wanted: z.output<typeof messages.create>,
  attempt = 1,
): HandlerResult<{ readonly roomId: string; readonly roomCode: string }> => {
  const roomCode = wanted.roomCode ?? freshCode(context.entropy)
  const roomId = roomOfCode(roomCode)
  const maxPeers = Math.min(wanted.maxPeers ?? context.rules.maxPeers, context.rules.maxPeers)
  return context.createRoom(
    roomId,
    { ...context.rules, maxPeers },
    () => reply({ roomId, roomCode }),
    (rejection) => {
      const isChance = rejection.type === 'room-exists' && wanted.roomCode === undefined
      return isChance && attempt < maxAttempts ? createRoom(context, wanted, attempt + 1) : reject(rejection)
    },
  )
}

/** If the room is full, the error says where the SFU is, if there is one. */
const withSfu = async (context: HandlerContext, room: RoomId, rejection: RequestFailure) => {
  const sfu = await context.sfu.accessFor(room, context.memberIn(room), context.user.name)
  return reject(rejection, sfu === null ? {} : { sfu })
}

export const incoming = {
  'create:room': message({
    summary: 'Creates a room without entering it',
    payload: messages.create,
    reply: messages.created,
    handle: (context, payload) => createRoom(context, payload),
  }),
  'join:room': message({
    summary: 'Enters the room of this code as a peer, and leaves the one before',
    payload: messages.join,
    reply: messages.joined,
    handle: (context, { roomCode, create: creates = false, token }) => {
      const room = roomOfCode(roomCode)
      return context.enterRoom(
        { room, role: 'peer', token, creates },
        ({ member, state, result }) => {
          const joined = {
            roomId: room,
            peerId: member.id,
            peers: peersFor(member.id, state),
            iceServers: context.iceServers(member.id),
          }
          return reply(joined, { event: 'room:joined', payload: { ...joined, ...placeOf(result) } })
        },
        (rejection) =>
          rejection.type === 'room-full' ? withSfu(context, room, rejection) : reject(rejection),
      )
    },
  }),
  'leave:room': message({
    summary: 'Leaves the room',
    payload: nothing,
    reply: nothing,
    handle: (context) => context.leaveRoom(),
  }),
  'webrtc:offer': message({
    summary: 'An offer for one peer',
    isFrequent: true,
    payload: messages.offer,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, offer }) =>
      context.signal({ to: peer(targetPeerId), kind: 'offer', negotiation, content: offer }),
  }),
  'webrtc:answer': message({
    summary: 'The answer to an offer',
    isFrequent: true,
    payload: messages.answer,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, answer }) =>
      context.signal({ to: peer(targetPeerId), kind: 'answer', negotiation, content: answer }),
  }),
  'webrtc:ice': message({
    summary: 'A candidate; null or an empty one: there are no more',
    isFrequent: true,
    payload: messages.iceCandidate,
    reply: nothing,
    handle: (context, { targetPeerId, negotiation, candidate }) =>
      context.signal({ to: peer(targetPeerId), kind: 'candidate', negotiation, content: candidate }),
  }),
}

const peer = (id: string) => ({ type: 'member', id: memberId(id) }) as const
