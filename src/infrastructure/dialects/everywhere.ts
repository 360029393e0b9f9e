import { z } from 'zod'
import type { Outgoing } from './vocabulary.js'

const error = z.looseObject({
  code: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  message: z.string(),
  timestamp: z.iso.datetime(),
  event: z.string().optional(),
  path: z.string().optional(),
})

/** What any server says of its own accord in every namespace, whatever is spoken there. */
export const saidEverywhere: Readonly<Record<string, Outgoing>> = {
  session: {
    summary: 'After each connect: what to show at the next one, and where this client is a member',
    payload: z.object({
      sessionId: z.string(),
      graceMs: z.number().int(),
      resumed: z.boolean(),
      rooms: z.array(z.string()),
      memberships: z.array(
        z.object({
          room: z.string(),
          memberId: z.string(),
          role: z.string(),
          epoch: z.string(),
          seq: z.number().int(),
        }),
      ),
      signalsLost: z
        .array(
          z.object({
            room: z.string(),
            from: z.string(),
            kind: z.string(),
            count: z.number().int().positive(),
          }),
        )
        .optional(),
    }),
  },
  error: { summary: 'A refusal that nobody asked an acknowledgement for', payload: error },
  'server-shutdown': {
    summary: 'The server goes down; connect again in so many milliseconds',
    payload: z.object({ reconnectInMs: z.number().nonnegative() }),
  },
}
