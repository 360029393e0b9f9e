import { z } from 'zod'
import type { Outgoing } from './protocol-messages.js'

const error = z.looseObject({
  code: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  message: z.string(),
  timestamp: z.iso.datetime(),
  event: z.string().optional(),
  path: z.string().optional(),
})

/** What any server says in every namespace, whatever is spoken there. `session` stands in each, with its other words. */
export const saidEverywhere: Readonly<Record<string, Outgoing>> = {
  error: { summary: 'A refusal that nobody asked an acknowledgement for', payload: error },
  'server-shutdown': {
    summary: 'The server goes down; connect again in so many milliseconds',
    payload: z.object({ reconnectInMs: z.number().nonnegative() }),
  },
}
