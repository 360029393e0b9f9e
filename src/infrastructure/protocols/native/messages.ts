import { z } from 'zod'
import { displayName, nothing, place, roomName, roomToken, session } from '../schemas.js'
import { negotiation } from '../signals.js'
import type { Vocabulary } from '../protocol-messages.js'

export const join = z.object({
  room: roomName,
  create: z.boolean().optional(),
  name: displayName.optional(),
  token: roomToken.optional(),
  /** The roles that a program may take by this vocabulary; the others have vocabularies of their own. */
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

const kind = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of letters, digits, - and _')

export const signal = z.object({
  room: roomName,
  to: z.string().min(1).max(200),
  kind,
  data: z.unknown().optional(),
  negotiation,
})

const activityName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of letters, digits, - and _')

export const activate = z.object({ activity: activityName, options: z.unknown().optional() })
export const deactivate = z.object({ activity: activityName })

const event = z.object({ ...place, type: z.string(), by: z.string().optional(), data: z.unknown() })

export const nativeVocabulary = {
  namespace: '/rooms',
  dialect: 'native',
  incoming: {
    join: {
      summary: 'Enters a room of any dialect and gets its state and what was missed',
      payload: join,
      reply: z.object({
        room: z.string(),
        memberId: z.string(),
        epoch: z.string(),
        seq: z.number().int(),
        recovered: z.enum(['new', 'resumed', 'reset']),
        state: z.unknown(),
        missed: z.array(event),
      }),
    },
    command: {
      summary: 'Gives the room a command; the same id again gets the same answer and does nothing twice',
      payload: command,
      reply: z.object({ seq: z.number().int() }),
    },
    signal: { summary: 'Something for one member, written nowhere', payload: signal, reply: nothing },
    leave: { summary: 'Leaves the room', payload: leave, reply: nothing },
  },
  outgoing: {
    session,
    event: { summary: 'A record of the room’s log, as this member may see it', payload: event },
    signal: {
      summary: 'Something that another member has for this one',
      payload: z.object({
        room: z.string(),
        from: z.string(),
        kind: z.string(),
        data: z.unknown(),
        negotiation,
      }),
    },
    events: { summary: 'Several of them, while catching up', payload: z.array(event) },
  },
} as const satisfies Vocabulary
