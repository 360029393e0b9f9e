import { z } from 'zod'
import type { Outgoing } from '../define-protocol.js'
import { admission, displayName, position, roomName, roomToken } from '../schemas.js'
import { negotiation } from '../signals.js'

const name = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of letters, digits, - and _')

export const join = z.object({
  room: roomName,
  create: z.boolean().optional(),
  name: displayName.optional(),
  token: roomToken.optional(),
  /** Who may enter the room, if this join creates it. */
  admit: admission.optional(),
  /** Other roles belong to their own protocols. */
  role: z.enum(['member', 'peer']).optional(),
  after: z.object({ epoch: z.string().max(64), seq: z.number().int().nonnegative() }).optional(),
})

export const command = z.object({
  room: roomName,
  id: z.string().min(1).max(200),
  type: z.string().regex(/^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/, 'must be activity.command'),
  payload: z.unknown().optional(),
})

export const leave = z.object({ room: roomName })

export const signal = z.object({
  room: roomName,
  to: z.string().min(1).max(200),
  kind: name,
  data: z.unknown().optional(),
  negotiation,
})

export const activate = z.object({ activity: name, options: z.unknown().optional() })
export const deactivate = z.object({ activity: name })

export const shownEvent = z.object({
  ...position,
  type: z.string(),
  by: z.string().optional(),
  data: z.unknown(),
})

export const joined = z.object({
  room: z.string(),
  memberId: z.string(),
  epoch: z.string(),
  seq: z.number().int(),
  recovered: z.enum(['new', 'resumed', 'reset']),
  state: z.unknown(),
  missed: z.array(shownEvent),
})
export const accepted = z.object({ seq: z.number().int() })

export const outgoing = {
  event: { summary: 'An event of the room’s log, as this member may see it', payload: shownEvent },
  signal: {
    summary: 'A signal from another member',
    payload: z.object({
      room: z.string(),
      from: z.string(),
      kind: z.string(),
      data: z.unknown(),
      negotiation,
    }),
  },
  events: { summary: 'Several events, during catch-up', payload: z.array(shownEvent) },
} as const satisfies Readonly<Record<string, Outgoing>>
