import { z } from 'zod'
import { answer, candidate as iceCandidate, negotiation, offer } from '../signals.js'
import type { Vocabulary } from '../protocol-messages.js'
import { contributeEntropy, startRandom } from '../activity-commands.js'
import {
  candidate,
  displayName,
  iceServers,
  newIceServers,
  nothing,
  place,
  roomName,
  roomToken,
  session,
} from '../schemas.js'

export const join = z.object({
  room: roomName.prefault('main'),
  name: displayName.optional(),
  token: roomToken.optional(),
})

const target = { target: z.string().min(1).max(200).optional(), negotiation }

export const signals = {
  offer: z.object({ ...target, offer }),
  answer: z.object({ ...target, answer }),
  'ice-candidate': z.object({ ...target, candidate: iceCandidate }),
}

const passed = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ from: z.string(), target: z.string(), negotiation, ...fields }),
})

export const removeMember = z.object({ memberId: z.string().min(1).max(200) })

const commitment = { drawNo: z.number().int(), commitment: z.string() }

const drawState = z.object({
  drawId: z.string(),
  members: z.array(candidate),
  tick: z.number().int(),
  member: candidate.nullable(),
  startedAt: z.number(),
})

const joined = {
  room: z.string(),
  memberId: z.string(),
  role: z.enum(['broadcaster', 'viewer']),
  viewers: z.number().int(),
  draw: drawState.optional(),
  next: z.object(commitment).optional(),
  iceServers,
}

const proof = z.object({
  algorithm: z.literal('draw/1'),
  room: z.string(),
  drawNo: z.number().int(),
  serverSeed: z.string(),
  commitment: z.string(),
  members: z.array(candidate),
  contributions: z.array(z.object({ by: z.string(), entropy: z.string() })),
  ticks: z.number().int(),
})

const start = {
  summary: 'Starts a draw among these members; the broadcaster does, or anybody in a room without one',
  payload: startRandom,
  reply: z.object({ drawId: z.string(), ...commitment }),
}

const cancel = {
  summary: 'Cancels the draw that runs',
  payload: nothing,
  reply: z.object({ drawId: z.string() }),
}

const outgoing = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...place, more: z.literal(true).optional() }),
})

export const kebabNames: Readonly<Record<string, string>> = {
  randomCommitted: 'random-committed',
  randomStarted: 'random-started',
  randomHighlight: 'random-highlight',
  randomComplete: 'random-complete',
  randomCancelled: 'random-cancelled',
}

export const pickerVocabulary = {
  namespace: '/',
  dialect: 'picker',
  kebab: kebabNames,
  incoming: {
    'broadcaster-join': {
      summary: 'Enters the room as its broadcaster',
      payload: join,
      reply: z.object({
        ...joined,
        /** Who watches already: told to the broadcaster that says again that it is. */
        watchers: z.array(z.object({ viewerId: z.string(), name: z.string().optional() })).optional(),
      }),
    },
    'viewer-join': {
      summary: 'Enters the room as a viewer',
      payload: join,
      reply: z.object({ ...joined, broadcasterId: z.string().nullable() }),
    },
    startRandom: start,
    'start-random': start,
    'contribute-entropy': {
      summary: 'Adds bytes of one’s own to the next draw',
      payload: contributeEntropy,
      reply: z.object({ drawNo: z.number().int() }),
    },
    cancelRandom: cancel,
    'cancel-random': cancel,
    'remove-member': {
      summary: 'The broadcaster puts somebody out',
      payload: removeMember,
      reply: nothing,
    },
    offer: {
      summary: 'An offer; without a target it is for the broadcaster',
      payload: signals.offer,
      reply: nothing,
    },
    answer: { summary: 'The answer to an offer', payload: signals.answer, reply: nothing },
    'ice-candidate': {
      summary: 'A candidate; null or an empty one: there are no more',
      payload: signals['ice-candidate'],
      reply: nothing,
    },
    leave: { summary: 'Leaves the room', payload: nothing, reply: nothing },
  },
  outgoing: {
    session,
    'broadcaster-joined': outgoing('The room has a broadcaster', {
      broadcasterId: z.string(),
      name: z.string().optional(),
    }),
    'broadcaster-left': outgoing('The room has lost its broadcaster', {
      broadcasterId: z.string(),
      name: z.string().optional(),
    }),
    'viewer-joined': outgoing('To the broadcaster: a viewer is in the room', {
      viewerId: z.string(),
      name: z.string().optional(),
    }),
    'viewer-left': outgoing('To the broadcaster: a viewer has left', {
      viewerId: z.string(),
      name: z.string().optional(),
    }),
    'viewer-count-update': {
      summary: 'How many viewers are connected; only the latest counts',
      payload: z.object({ count: z.number().int(), room: z.string() }),
    },
    randomCommitted: outgoing('The secret of the next draw is fixed', commitment),
    randomStarted: outgoing('A draw has started', {
      drawId: z.string(),
      ...commitment,
      members: z.array(candidate),
      ticks: z.number().int(),
      intervalMs: z.number().int(),
    }),
    randomHighlight: outgoing('A tick of the draw', {
      drawId: z.string(),
      tick: z.number().int(),
      index: z.number().int(),
      member: candidate,
    }),
    randomComplete: outgoing('The draw is over; the winner is the member of the last tick', {
      drawId: z.string(),
      index: z.number().int(),
      winner: candidate,
      proof,
    }),
    randomCancelled: outgoing('The draw was cancelled', { drawId: z.string(), reason: z.string(), proof }),
    offer: passed('An offer from another member', { offer }),
    answer: passed('The answer of another member', { answer }),
    'ice-candidate': passed('A candidate of another member', { candidate: iceCandidate }),
    removed: outgoing('To the one who was put out', { reason: z.string() }),
    'ice-servers': newIceServers,
  },
} as const satisfies Vocabulary
