import { z } from 'zod'
import type { Outgoing } from '../define-protocol.js'
import { admission, iceServers, newIceServers, position, roomToken } from '../schemas.js'
import { candidateInit, negotiation, sessionDescription } from '../signals.js'

const roomCode = z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 of letters, digits and -')

export const create = z.object({
  roomCode: roomCode.optional(),
  maxPeers: z.number().int().min(1).max(10).optional(),
  /** Who may enter the room. */
  admit: admission.optional(),
})
export const created = z.object({ roomId: z.string(), roomCode: z.string() })

export const join = z.object({ roomCode, create: z.boolean().optional(), token: roomToken.optional() })

const userInfo = z.object({ username: z.string() }).optional()

export const joined = z.object({
  roomId: z.string(),
  peerId: z.string(),
  peers: z.array(
    z.object({
      id: z.string(),
      userId: z.string().optional(),
      userInfo,
      /** Whether that peer gives way when both offer at once: the peer that joined later does. */
      polite: z.boolean(),
    }),
  ),
  iceServers,
})

const target = { targetPeerId: z.string().min(1).max(200), negotiation }

export const offer = z.object({ ...target, offer: sessionDescription('offer') })
export const answer = z.object({ ...target, answer: sessionDescription('answer', 'pranswer', 'rollback') })
export const iceCandidate = z.object({ ...target, candidate: candidateInit })

const event = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...position }),
})

const signal = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ from: z.string(), targetPeerId: z.string(), negotiation, ...fields }),
})

export const outgoing = {
  'room:joined': {
    summary: 'To the peer that entered: the other peers of the room',
    payload: joined.extend({
      room: z.string(),
      seq: z.number().int().optional(),
      at: z.number().optional(),
    }),
  },
  'peer:joined': event('Another peer has entered', { peerId: z.string(), userInfo, polite: z.boolean() }),
  'peer:left': event('A peer has left', { peerId: z.string(), reason: z.string() }),
  'webrtc:offer': signal('An offer from another peer', { offer: offer.shape.offer }),
  'webrtc:answer': signal('The answer of another peer', { answer: answer.shape.answer }),
  'webrtc:ice': signal('A candidate of another peer', { candidate: candidateInit }),
  'ice-servers': newIceServers,
} as const satisfies Readonly<Record<string, Outgoing>>
