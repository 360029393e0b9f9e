import { z } from 'zod'
import { roomId } from '../../domain/kernel/ids.js'
import { iceServer } from '../config/ice-servers.js'
import type { Outgoing } from './define-protocol.js'

// What several protocols share. wire.md gives the bounds.

export const roomName = z
  .string()
  .regex(/^[A-Za-z0-9\-_.:]{1,128}$/, 'must be 1 to 128 of letters, digits and -_.:')
  .transform(roomId)
export const displayName = z.string().max(200)
export const roomToken = z.string().min(1).max(256)
export const place = { room: z.string(), seq: z.number().int(), at: z.number() }
export const candidate = z.object({ id: z.string(), name: z.string() })
export const iceServers = z.array(iceServer)
/** Outgoing `ice-servers`: a protocol that has it gets new ICE servers before those of its joins expire. */
export const newIceServers = {
  summary: 'New ICE servers to use from now on: the ones before expire soon',
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
    'The first event of each connection. A client that presents the secret `sessionId` again resumes that session',
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
    /** Signals that may not have arrived: the server crashed, or more of them waited than are kept. */
    signalsLost: z
      .array(z.object({ room: z.string(), from: z.string(), kind: z.string(), count: z.number().int() }))
      .optional(),
    /** Memberships that somebody else ended while this session was away. Sent once. */
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
/** What the server sends in every namespace, whatever its protocols are. */
export const sentEverywhere = {
  session,
  error: { summary: 'A failure of a request that asked for no acknowledgement', payload: error },
  'server-shutdown': {
    summary: 'The server shuts down; connect again in `reconnectInMs`',
    payload: z.object({ reconnectInMs: z.number().nonnegative() }),
  },
} as const satisfies Readonly<Record<string, Outgoing>>
