import { z } from 'zod'
import type { Json } from '../../../domain/kernel/json.js'
import type { Outgoing } from '../define-protocol.js'
import { position, roomName, roomToken } from '../schemas.js'

/** Limits the fields that a client adds to a user: enough for a colour or the URL of an avatar, and not for a picture. */
const maxProfileLength = 4_096

const user = z
  .object({ id: z.string().min(1).max(200), name: z.string().max(200) })
  // The payload is JSON already, and AsyncAPI cannot describe a schema that checks it.
  .catchall(z.custom<Json>(() => true))
  .refine((profile) => JSON.stringify(profile).length <= maxProfileLength, {
    message: `must be at most ${maxProfileLength} characters of JSON`,
  })

export const join = z.object({ roomId: roomName, user, token: roomToken.optional() })
export const joined = z.object({
  roomId: z.string(),
  user,
  joinToken: z.string().optional(),
  users: z.array(user).optional(),
})

/** A simple-peer signal. Fields that an application adds, such as the id of a call, are kept. */
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
export const activityState = z.object({ activity: z.string(), state: z.unknown() })

const event = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...position, more: z.literal(true).optional() }),
})
/** Without a position in the log for a user that joins again. */
const ownEvent = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...z.object(position).partial().shape, more: z.literal(true).optional() }),
})

/** The room in the payload of a failed request, if its name is valid. */
export const namedRoom = (payload: unknown): { readonly roomId?: string } => {
  const named = z.object({ roomId: roomName }).safeParse(payload)
  return named.success ? named.data : {}
}

export const outgoing = {
  ROOM_CREATED: ownEvent('The room is created; others enter it with this token', {
    roomId: z.string(),
    user,
    joinToken: z.string(),
  }),
  /** With a token only for the creator of the room that joins again. */
  JOIN_USER_ACCEPTED: ownEvent('The user has entered', {
    roomId: z.string(),
    user,
    joinToken: z.string().optional(),
  }),
  EXISTING_USERS: ownEvent('The other users of the room', { roomId: z.string(), users: z.array(user) }),
  JOIN_USER_DENIED: {
    summary: 'The join has failed: the token is wrong or missing, or the room is full',
    payload: z.object({ roomId: z.string().optional(), reason: z.string() }),
  },
  NEW_USER: event('Another user has entered', { roomId: z.string(), user }),
  USER_LEFT: event('Another user has left', { roomId: z.string(), user, reason: z.string() }),
  PEER_RELAY_SIGNAL: {
    summary: 'A signal from another user',
    payload: z.object({ senderUser: z.string(), signalData: z.unknown() }),
  },
  ACTIVATE_MODULE: event('A module was activated', {
    module: z.string(),
    by: z.string().optional(),
    state: z.unknown(),
  }),
  DEACTIVATE_MODULE: event('A module was deactivated', { module: z.string(), by: z.string().optional() }),
  CUSTOM_MODULE_EVENT: event('An event of a module', {
    module: z.string(),
    event: z.string(),
    payload: z.unknown(),
    by: z.string().optional(),
  }),
  FORCED_DISCONNECT: {
    summary: 'The same user has joined from a newer socket; this one is closed',
    payload: z.object({ reason: z.literal('duplicate-session') }),
  },
} as const satisfies Readonly<Record<string, Outgoing>>
