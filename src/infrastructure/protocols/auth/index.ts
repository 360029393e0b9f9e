import { z } from 'zod'
import type { Protocol } from '../define-protocol.js'
import { defineProtocol, message } from '../define-protocol.js'

const token = z.string().min(1).max(8_192)

const incoming = {
  'auth:refresh': message({
    summary: 'Replaces the token of this connection, in all its namespaces, by a new one for the same user',
    access: 'anyone',
    isAutomatic: true,
    payload: z.object({ token }),
    reply: z.object({ expiresAt: z.number().nullable() }),
    handle: (context, payload) => context.refreshToken(payload.token),
  }),
}

const authProtocol = (namespace: string): Protocol =>
  defineProtocol({
    name: 'auth',
    namespace,
    roles: {},
    rooms: 'many',
    incoming,
    outgoing: {
      'token-expiring': {
        summary: 'The token of this connection expires soon; `auth:refresh` replaces it',
        payload: z.object({ expiresAt: z.number() }),
      },
    },
    events: [],
  })

/** The protocols with `auth:refresh` in each of their namespaces. */
export const withAuth = (protocols: ReadonlyArray<Protocol>): ReadonlyArray<Protocol> => [
  ...protocols,
  ...[...new Set(protocols.map(({ namespace }) => namespace))].map(authProtocol),
]
