import { z } from 'zod'
import { iceServers, newIceServers, nothing, place, roomToken } from '../schemas.js'
import { answer, candidate, negotiation, offer } from '../signals.js'
import type { Vocabulary } from '../protocol-messages.js'

const roomCode = z.string().regex(/^[A-Za-z0-9-]{1,32}$/, 'must be 1 to 32 of letters, digits and -')

export const create = z.object({
  roomCode: roomCode.optional(),
  maxPeers: z.number().int().min(1).max(10).optional(),
})

export const join = z.object({ roomCode, create: z.boolean().optional(), token: roomToken.optional() })

const target = { targetPeerId: z.string().min(1).max(200), negotiation }

export const signals = {
  'webrtc:offer': z.object({ ...target, offer }),
  'webrtc:answer': z.object({ ...target, answer }),
  'webrtc:ice': z.object({ ...target, candidate }),
}

const userInfo = z.object({ username: z.string() }).optional()

const peer = z.object({
  id: z.string(),
  userId: z.string().optional(),
  userInfo,
  /** Whether that peer is the one of the two who gives way when both offer at once: it came later. */
  polite: z.boolean(),
})

const joined = { roomId: z.string(), peerId: z.string(), peers: z.array(peer), iceServers }

const stamped = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...place }),
})

const passed = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ from: z.string(), targetPeerId: z.string(), negotiation, ...fields }),
})

const signal = (summary: string, payload: z.ZodType) => ({ summary, payload, reply: nothing })

export const meshVocabulary = {
  namespace: '/',
  dialect: 'mesh',
  incoming: {
    'create:room': {
      summary: 'Makes a room and does not enter it',
      payload: create,
      reply: z.object({ roomId: z.string(), roomCode: z.string() }),
    },
    'join:room': {
      summary: 'Enters the room of this code as a peer, and leaves the one before',
      payload: join,
      reply: z.object(joined),
    },
    'leave:room': { summary: 'Leaves the room', payload: nothing, reply: nothing },
    'webrtc:offer': signal('An offer for one peer', signals['webrtc:offer']),
    'webrtc:answer': signal('The answer to an offer', signals['webrtc:answer']),
    'webrtc:ice': signal('A candidate; null or an empty one: there are no more', signals['webrtc:ice']),
  },
  outgoing: {
    'room:joined': {
      summary: 'To the one who has entered: who is there already',
      payload: z.object({
        ...joined,
        room: z.string(),
        seq: z.number().int().optional(),
        at: z.number().optional(),
      }),
    },
    'peer:joined': stamped('Another peer has entered', {
      peerId: z.string(),
      userInfo,
      polite: z.boolean(),
    }),
    'peer:left': stamped('A peer has left', { peerId: z.string(), reason: z.string() }),
    'webrtc:offer': passed('An offer from another peer', { offer }),
    'webrtc:answer': passed('The answer of another peer', { answer }),
    'webrtc:ice': passed('A candidate of another peer', { candidate }),
    'ice-servers': newIceServers,
  },
} as const satisfies Vocabulary
