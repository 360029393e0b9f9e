import { z } from 'zod'
import type { Json } from '../../../domain/kernel/json.js'
import { nothing, place, roomName, roomToken } from '../schemas.js'
import type { Vocabulary } from '../protocol-messages.js'

/** What a client may say of a user besides its id and name: a colour, an avatar's address. Not a picture. */
const longestProfile = 4_096

const user = z
  .object({ id: z.string().min(1).max(200), name: z.string().max(200) })
  // It came in as JSON; a schema that says so again could not be described in AsyncAPI.
  .catchall(z.custom<Json>(() => true))
  .refine((said) => JSON.stringify(said).length <= longestProfile, {
    message: `must be at most ${longestProfile} characters of JSON`,
  })

export const join = z.object({ roomId: roomName, user, token: roomToken.optional() })

/**
 * As `simple-peer` and its like make them; only those with an SDP are looked into, and only that it is text. Whatever an
 * application adds to a signal, such as which call it belongs to, comes out as it went in.
 */
const signalData = z.union([
  z.string().min(1),
  z.looseObject({ type: z.enum(['offer', 'answer', 'pranswer', 'rollback']).optional(), sdp: z.string() }),
  z.looseObject({ sdp: z.undefined().optional() }),
])

export const relay = z.object({ targetUser: z.string().min(1).max(200), signalData })

const moduleName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of letters, digits, - and _')

export const activate = z.object({ module: moduleName, options: z.unknown().optional() })
export const deactivate = z.object({ module: moduleName })
export const moduleEvent = z.object({
  module: moduleName,
  event: moduleName,
  payload: z.unknown().optional(),
})

export const activityRequest = z.object({ activity: z.string().min(1).max(64) })

const stamped = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...place, more: z.literal(true).optional() }),
})
/** Told again to who joins again, which is no news of the log. */
const told = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...z.object(place).partial().shape, more: z.literal(true).optional() }),
})

/** The room that a refused join named, if it named one at all. */
const askedFor = (payload: unknown): { readonly roomId?: string } => {
  const named = z.object({ roomId: roomName }).safeParse(payload)
  return named.success ? named.data : {}
}

export const partyVocabulary = {
  namespace: '/',
  dialect: 'party',
  failures: {
    JOIN_USER_REQUEST: ({ code }, asked) => ({
      event: 'JOIN_USER_DENIED',
      payload: { ...askedFor(asked), reason: code },
    }),
  },
  incoming: {
    JOIN_USER_REQUEST: {
      summary: 'Enters a room as a user; makes the room, with a token that opens it, if it is not there',
      payload: join,
      reply: z.object({
        roomId: z.string(),
        user,
        joinToken: z.string().optional(),
        users: z.array(user).optional(),
      }),
    },
    PEER_RELAY_SIGNAL: { summary: 'Something for one user, written nowhere', payload: relay, reply: nothing },
    ACTIVATE_MODULE: { summary: 'Turns a module of the room on', payload: activate, reply: nothing },
    DEACTIVATE_MODULE: { summary: 'Turns it off', payload: deactivate, reply: nothing },
    CUSTOM_MODULE_EVENT: {
      summary: 'A command of a module that is on; a name that the server does not know is relayed',
      payload: moduleEvent,
      reply: nothing,
    },
    'join-activity-request': {
      summary: 'Asks for the state of an activity of the room, as this member may see it',
      payload: activityRequest,
      reply: z.object({ activity: z.string(), state: z.unknown() }),
    },
  },
  outgoing: {
    ROOM_CREATED: told('The room was not there and is now; others enter it with this token', {
      roomId: z.string(),
      user,
      joinToken: z.string(),
    }),
    /** With the token only to the room's maker, when it comes in again. */
    JOIN_USER_ACCEPTED: told('You are in', { roomId: z.string(), user, joinToken: z.string().optional() }),
    EXISTING_USERS: told('The others who are in', { roomId: z.string(), users: z.array(user) }),
    JOIN_USER_DENIED: {
      summary: 'You may not enter: the token is wrong or missing, or the room is full',
      payload: z.object({ roomId: z.string().optional(), reason: z.string() }),
    },
    NEW_USER: stamped('Another user has entered', { roomId: z.string(), user }),
    USER_LEFT: stamped('Another user has left', { roomId: z.string(), user, reason: z.string() }),
    PEER_RELAY_SIGNAL: {
      summary: 'Something that another user has for this one',
      payload: z.object({ senderUser: z.string(), signalData: z.unknown() }),
    },
    ACTIVATE_MODULE: stamped('A module was turned on', {
      module: z.string(),
      by: z.string().optional(),
      state: z.unknown(),
    }),
    DEACTIVATE_MODULE: stamped('A module was turned off', { module: z.string(), by: z.string().optional() }),
    CUSTOM_MODULE_EVENT: stamped('What a module has to say', {
      module: z.string(),
      event: z.string(),
      payload: z.unknown(),
      by: z.string().optional(),
    }),
    FORCED_DISCONNECT: {
      summary: 'The same user has come in from elsewhere; this socket is closed',
      payload: z.object({ reason: z.literal('duplicate-session') }),
    },
  },
} as const satisfies Vocabulary
