import { z } from 'zod'
import type { Clock } from '../../application/ports/clock.js'
import { systemClock } from '../clock/system-clock.js'
import { keyAddress, secretOfBytes } from '../config/setting-parsers.js'
import type { TokenSettings } from '../config/settings.js'
import type { Authenticate } from '../transport/handshake-guard.js'
import { createAuthenticate } from './authenticate.js'
import type { KeySetPorts } from './key-set.js'
import { tokenVerifierOf } from './token-verifier.js'

/** How tokens are verified: by exactly one of `secret` and `jwksUrl`. */
export interface JwtOptions {
  /** A shared secret of at least 32 bytes, for HS256. */
  readonly secret?: string | undefined
  /** The `https:` address of the issuer's public keys, for RS256, ES256 and EdDSA; `http:` only on this machine. */
  readonly jwksUrl?: string | undefined
  /** The values that the claims `iss` and `aud` must have. Default: any. */
  readonly issuer?: string | undefined
  readonly audience?: string | undefined
  /** `open` also takes the `auth.userId` and `auth.name` of clients without a token, unverified. Default: `jwt`. */
  readonly mode?: 'jwt' | 'open' | undefined
  /** The clock of the rooms, if it is not the system's: it decides when a token expires. */
  readonly clock?: Clock | undefined
  /** Called at the end of each fetch of the keys: `fetched`, or why it has failed. */
  readonly onFetch?: KeySetPorts['onFetch'] | undefined
}

/** A hook for `roomSockets`, and a resource for `RoomreelModule.forRoot`, which ends a fetch of keys that is under way. */
export interface JwtAuthentication {
  readonly authenticate: Authenticate
  readonly close: () => Promise<void>
}

/**
 * Names the user of each connection by its JWT, as the server does (docs/identity.md). Throws if an option is invalid,
 * and never quotes the secret.
 *
 * ```ts
 * const jwt = jwtAuthentication({ secret: process.env.JWT_SECRET })
 * const sockets = roomSockets({ authenticate: jwt.authenticate })
 * RoomreelModule.forRoot({ ...sockets.engine, store, resources: [jwt] })
 * ```
 */
export const jwtAuthentication = (options: JwtOptions): JwtAuthentication => {
  const parsed = jwtOptions.safeParse(options)
  if (!parsed.success) throw new Error(`jwtAuthentication: ${problemIn(parsed.error)}`)
  const { mode, clock = systemClock(), onFetch = () => undefined } = parsed.data
  const verifier = tokenVerifierOf(tokenSettingsOf(parsed.data), { clock, onFetch })
  return { authenticate: createAuthenticate(mode, verifier), close: verifier.close }
}

const claim = z.string('must be a text').min(1, 'must not be empty').optional()

/** Strict: a misspelled `issuer` would let in the tokens of every issuer. */
const jwtOptions = z
  .strictObject({
    secret: z.string('must be a text').pipe(secretOfBytes(32, 'as HS256 asks for')).optional(),
    jwksUrl: z.string('must be a text').pipe(keyAddress).optional(),
    issuer: claim,
    audience: claim,
    mode: z.enum(['jwt', 'open'], 'must be jwt or open').default('jwt'),
    clock: z.custom<Clock>().optional(),
    onFetch: z.custom<KeySetPorts['onFetch']>().optional(),
  })
  .refine(({ secret, jwksUrl }) => (secret === undefined) !== (jwksUrl === undefined), {
    error: 'set exactly one of secret and jwksUrl',
  })

const problemIn = ({ issues: [issue] }: z.ZodError): string =>
  [...(issue?.path ?? []), issue?.message].join(' ')

const tokenSettingsOf = ({
  secret,
  jwksUrl,
  issuer,
  audience,
}: Pick<JwtOptions, 'secret' | 'jwksUrl' | 'issuer' | 'audience'>): TokenSettings => ({
  key: keyOf(secret, jwksUrl),
  issuer: issuer ?? null,
  audience: audience ?? null,
})

const keyOf = (secret: string | undefined, jwksUrl: string | undefined): TokenSettings['key'] => {
  if (secret !== undefined) return { type: 'secret', secret }
  return jwksUrl === undefined ? null : { type: 'jwks', url: jwksUrl }
}
