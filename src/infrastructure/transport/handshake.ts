import type { Socket } from 'socket.io'
import { z } from 'zod'
import type { Handshake } from '../../application/sessions/index.js'
import { principalOf } from './handshake-guard.js'

const text = z
  .string()
  .min(1)
  .max(200)
  .refine((value) => value.isWellFormed())

const offset = z.number().int().nonnegative()

const auth = z.object({
  userId: text.nullable().catch(null),
  name: text.nullable().catch(null),
  names: z.enum(['camel', 'kebab']).catch('camel'),
  batch: z.boolean().catch(false),
  sessionId: text.nullable().catch(null),
  offsets: z.record(z.string(), z.unknown()).catch({}),
})

/** An invalid field counts as absent. */
export const handshakeOf = (socket: Pick<Socket, 'handshake' | 'data'>): Handshake => {
  const principal = principalOf(socket)
  const { userId, name, names, batch, sessionId, offsets } = auth.parse({ ...socket.handshake.auth })
  return {
    // A verified user id replaces the client's own.
    peer:
      principal === undefined ? { userId, name } : { userId: principal.userId, name: principal.name ?? name },
    naming: names,
    acceptsArrays: batch,
    sessionId,
    // Each by itself: an invalid offset of one room must not cost the client what it missed in another.
    offsets: new Map(
      Object.entries(offsets).flatMap(([room, value]) => {
        const { data } = offset.safeParse(value)
        return data === undefined ? [] : [[room, data] as const]
      }),
    ),
  }
}
