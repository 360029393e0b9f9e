import { z } from 'zod'
import {
  displayName,
  drawMember,
  iceServers,
  newIceServers,
  position,
  roomName,
  roomToken,
} from '../schemas.js'
import type { Outgoing } from '../define-protocol.js'
import { candidateInit, negotiation, sessionDescription } from '../signals.js'

export const join = z.object({
  room: roomName.prefault('main'),
  name: displayName.optional(),
  token: roomToken.optional(),
})

const target = { target: z.string().min(1).max(200).optional(), negotiation }

export const offer = z.object({ ...target, offer: sessionDescription('offer') })
export const answer = z.object({ ...target, answer: sessionDescription('answer', 'pranswer', 'rollback') })
export const iceCandidate = z.object({ ...target, candidate: candidateInit })

export const removeMember = z.object({ memberId: z.string().min(1).max(200) })

const commitment = { drawNo: z.number().int(), commitment: z.string() }

export {
  startPayload as start,
  contributePayload as contribute,
} from '../../../domain/activities/random-picker/commands.js'
export const started = z.object({ drawId: z.string(), ...commitment })
export const contributed = z.object({ drawNo: z.number().int() })
export const cancelled = z.object({ drawId: z.string() })

const viewer = { viewerId: z.string(), name: z.string().optional() }

const joined = z.object({
  room: z.string(),
  memberId: z.string(),
  viewers: z.number().int(),
  draw: z
    .object({
      drawId: z.string(),
      members: z.array(drawMember),
      tick: z.number().int(),
      member: drawMember.nullable(),
      startedAt: z.number(),
    })
    .optional(),
  next: z.object(commitment).optional(),
  iceServers,
})
export const joinedAsBroadcaster = joined.extend({
  role: z.literal('broadcaster'),
  /** The viewers, for a broadcaster that joins again. */
  watchers: z.array(z.object(viewer)).optional(),
})
export const joinedAsViewer = joined.extend({
  role: z.literal('viewer'),
  broadcasterId: z.string().nullable(),
})

const proof = z.object({
  algorithm: z.literal('draw/1'),
  room: z.string(),
  drawNo: z.number().int(),
  serverSeed: z.string(),
  commitment: z.string(),
  members: z.array(drawMember),
  contributions: z.array(z.object({ by: z.string(), entropy: z.string() })),
  ticks: z.number().int(),
})

const event = (summary: string, fields: z.ZodRawShape, kebab?: string) => ({
  summary,
  payload: z.object({ ...fields, ...position, more: z.literal(true).optional() }),
  ...(kebab === undefined ? {} : { kebab }),
})

const signal = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ from: z.string(), target: z.string(), negotiation, ...fields }),
})

const broadcaster = { broadcasterId: z.string(), name: z.string().optional() }

export const outgoing = {
  'broadcaster-joined': event('The room has a broadcaster', broadcaster),
  'broadcaster-left': event('The broadcaster has left or was replaced', broadcaster),
  'viewer-joined': event('To the broadcaster: a viewer is in the room', viewer),
  'viewer-left': event('To the broadcaster: a viewer has left', viewer),
  'viewer-count-update': {
    summary: 'The number of connected viewers; conflated, so only the latest is sent',
    payload: z.object({ count: z.number().int(), room: z.string() }),
  },
  randomCommitted: event(
    'The commitment of the next draw: its secret cannot change any more',
    commitment,
    'random-committed',
  ),
  randomStarted: event(
    'A draw has started',
    {
      drawId: z.string(),
      ...commitment,
      members: z.array(drawMember),
      ticks: z.number().int(),
      intervalMs: z.number().int(),
    },
    'random-started',
  ),
  randomHighlight: event(
    'A tick of the draw',
    { drawId: z.string(), tick: z.number().int(), index: z.number().int(), member: drawMember },
    'random-highlight',
  ),
  randomComplete: event(
    'The draw is complete; the winner is the member of the last tick',
    { drawId: z.string(), index: z.number().int(), winner: drawMember, proof },
    'random-complete',
  ),
  randomCancelled: event(
    'The draw was cancelled and has no winner',
    { drawId: z.string(), reason: z.string(), proof },
    'random-cancelled',
  ),
  offer: signal('An offer from another member', { offer: offer.shape.offer }),
  answer: signal('The answer of another member', { answer: answer.shape.answer }),
  'ice-candidate': signal('A candidate of another member', { candidate: candidateInit }),
  removed: event('To a member that was removed', { reason: z.string() }),
  'ice-servers': newIceServers,
} as const satisfies Readonly<Record<string, Outgoing>>
