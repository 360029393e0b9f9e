import { z } from 'zod'
import type { Vocabulary } from '../vocabulary.js'

export const activityRequest = z.object({ activity: z.string().min(1).max(64) })

export const partyVocabulary = {
  namespace: '/',
  dialect: 'party',
  incoming: {
    'join-activity-request': {
      summary: 'Asks for the state of an activity of the room, as this member may see it',
      payload: activityRequest,
      reply: z.object({ activity: z.string(), state: z.unknown() }),
    },
  },
  outgoing: {},
} as const satisfies Vocabulary
