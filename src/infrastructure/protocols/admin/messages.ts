import { z } from 'zod'
import type { Outgoing } from '../define-protocol.js'
import { shownEvent } from '../native/messages.js'
import { roomName } from '../schemas.js'

const userId = z.string().min(1).max(200)

export const emergencyAccess = z.object({ reason: z.string().trim().min(1).max(1_000) })
export const emergencyAccessGranted = z.object({ until: z.number() })

export const room = z.object({ room: roomName })
export const inspectedRoom = z.object({ state: z.unknown(), events: z.array(shownEvent) })

export const revoke = z.object({ userId })

export const outgoing = {
  emergency: {
    summary: 'An emergency that every operator must know of: a user has taken emergency access',
    payload: z.object({
      id: z.string(),
      message: z.string(),
      severity: z.enum(['info', 'warning', 'critical']),
      raisedBy: z.string(),
    }),
  },
} as const satisfies Readonly<Record<string, Outgoing>>
