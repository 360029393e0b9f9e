import type { Socket } from 'socket.io'
import { z } from 'zod'
import type { Naming, Peer } from './connection.js'

/** What a client says when it connects, as far as it makes sense: the rest is as if it had said nothing. */
export interface Handshake {
  readonly peer: Peer
  readonly naming: Naming
  readonly sessionId: string | null
  /** By room: the last `seq` that the client has seen whole. */
  readonly offsets: ReadonlyMap<string, number>
}

const text = z
  .string()
  .min(1)
  .max(200)
  .refine((value) => value.isWellFormed())

const auth = z.object({
  userId: text.nullable().catch(null),
  name: text.nullable().catch(null),
  names: z.enum(['camel', 'kebab']).catch('camel'),
  sessionId: text.nullable().catch(null),
  offsets: z.record(z.string(), z.number().int().nonnegative()).catch({}),
})

export const handshakeOf = ({ handshake }: Socket): Handshake => {
  const { userId, name, names, sessionId, offsets } = auth.parse({ ...handshake.auth })
  return {
    peer: { userId, name },
    naming: names,
    sessionId,
    offsets: new Map(Object.entries(offsets)),
  }
}
