import { z } from 'zod'
import { userRoles } from '../../application/identity/principal.js'
import type { Admission } from '../../domain/room/index.js'
import { roomId } from '../../domain/kernel/ids.js'
import { iceServer } from '../config/ice-servers.js'
import type { Outgoing } from './define-protocol.js'

// Schemas that protocols share, with the bounds of wire.md.

export const roomName = z
  .string()
  .regex(/^[A-Za-z0-9\-_.:]{1,128}$/, 'must be 1 to 128 of letters, digits and -_.:')
  .transform(roomId)
export const displayName = z.string().max(200)
export const roomToken = z.string().min(1).max(256)
/** Who may enter a new room: users by id, users by role. At least one of both. */
export const admission = z
  .object({
    users: z.array(z.string().min(1).max(200)).max(1_000).default([]),
    roles: z.array(z.enum(userRoles)).max(userRoles.length).default([]),
  })
  .refine(({ users, roles }) => users.length + roles.length > 0, 'must name a user or a role')
  .transform(({ users, roles }): Admission => ({ userIds: users, roles }))
/** The position of an emit in its room's log (E-24). */
export const position = { room: z.string(), seq: z.number().int(), at: z.number() }
export const drawMember = z.object({ id: z.string(), name: z.string() })
export const iceServers = z.array(iceServer)
/** The outgoing `ice-servers` of a protocol whose joins return ICE servers. */
export const newIceServers = {
  summary: 'New ICE servers, sent before the previous ones expire',
  payload: z.object({ iceServers, expiresAt: z.number() }),
}
/** A payload or a reply without fields. */
export const nothing = z.object({})

const error = z.looseObject({
  code: z.string().regex(/^[a-z]+(-[a-z]+)*$/),
  message: z.string(),
  timestamp: z.iso.datetime(),
  event: z.string().optional(),
  path: z.string().optional(),
})

const session = {
  summary:
    'The first event of each connection. A client resumes the session by presenting its secret `sessionId`',
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
    /** Signals that may be lost: the server crashed, or more of them waited than the limit allows. */
    signalsLost: z
      .array(z.object({ room: z.string(), from: z.string(), kind: z.string(), count: z.number().int() }))
      .optional(),
    /** Memberships that another member or the server ended while this session was away. Sent once. */
    ended: z
      .array(
        z.object({
          room: z.string(),
          memberId: z.string(),
          role: z.string(),
          reason: z.enum(['removed', 'displaced', 'closed']),
        }),
      )
      .optional(),
  }),
}

/** The events that the server sends in every namespace. */
export const commonOutgoing = {
  session,
  error: { summary: 'The failure of a request that was sent without an acknowledgement', payload: error },
  'server-shutdown': {
    summary: 'The server is shutting down; clients connect again after `reconnectInMs`',
    payload: z.object({ reconnectInMs: z.number().nonnegative() }),
  },
} as const satisfies Readonly<Record<string, Outgoing>>
