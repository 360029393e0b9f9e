import type { Socket } from 'socket.io'
import { z } from 'zod'
import { principalOf } from '../transport/handshake-guard.js'
import type { Naming, Peer } from './connection.js'

/** What a client says when it connects, as far as it makes sense: the rest is as if it had said nothing. */
export interface Handshake {
  readonly peer: Peer
  readonly naming: Naming
  readonly takesSeveral: boolean
  readonly sessionId: string | null
  /** By room: the last `seq` that the client has seen whole. */
  readonly offsets: ReadonlyMap<string, number>
}

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

export const handshakeOf = (socket: Pick<Socket, 'handshake' | 'data'>): Handshake => {
  const principal = principalOf(socket)
  const { userId, name, names, batch, sessionId, offsets } = auth.parse({ ...socket.handshake.auth })
  return {
    // A verified user id replaces the client's own.
    peer:
      principal === undefined ? { userId, name } : { userId: principal.userId, name: principal.name ?? name },
    naming: names,
    takesSeveral: batch,
    sessionId,
    // One by one: what a client says wrongly of one room must not cost it what it missed in another.
    offsets: new Map(
      Object.entries(offsets).flatMap(([room, said]) => {
        const { data } = offset.safeParse(said)
        return data === undefined ? [] : [[room, data] as const]
      }),
    ),
  }
}
