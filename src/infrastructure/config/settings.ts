import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { TransportLimits } from '../transport/transport.js'
import type { IceServer } from './ice-servers.js'
import { iceServers, turnAddresses } from './ice-servers.js'
import { limitEnvironment, transportLimitsOf } from './limit-settings.js'
import {
  keyAddress,
  listOf,
  nodeName,
  oneOf,
  origin,
  proxies,
  secret,
  secretOfBytes,
  text,
  webAddress,
  webSocketAddress,
  wholeNumber,
  webhookAddress,
  webhookSecret,
} from './setting-parsers.js'

const dayMs = 24 * 60 * 60 * 1_000

/** The defaults that the server shares with applications that embed the engine. */
export const defaultGraceMs = 15_000
export const defaultMaxPeers = 10
export const defaultEmergencyAccessMs = 30 * 60 * 1_000
const defaultRetentionDays = 30
export const defaultRetentionMs = defaultRetentionDays * dayMs

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

/** All settings, parsed, in the units of the code. `wire.md`, "Settings". */
export interface Settings {
  /** 0: any free port. */
  readonly port: number
  readonly host: string
  readonly publicUrl: string | null
  /** The number of trusted proxies, which append to `X-Forwarded-For`. */
  readonly trustProxy: number
  /** Allowed origins of pages on other servers; the server's own origin is always allowed. */
  readonly clientOrigins: ReadonlyArray<string>
  readonly dataDir: string
  readonly eventStore: 'lmdb' | 'memory'
  readonly durability: 'disk' | 'process'
  readonly roomRetentionMs: number
  readonly authMode: 'open' | 'jwt'
  readonly tokens: TokenSettings
  readonly emergencyAccessMs: number
  readonly audit: 'on' | 'off'
  readonly auditRetentionMs: number
  /** The name of this process in the audit trail; null: host name and process id. */
  readonly nodeId: string | null
  readonly reconnectGraceMs: number
  readonly rateLimit: 'on' | 'off'
  /** Without effect if `rateLimit` is off. */
  readonly limits: TransportLimits
  readonly handshakeTimeoutMs: number
  /** 0: a connection is never logged off. */
  readonly idleLogOffMs: number
  readonly maxPeers: number
  readonly iceServers: ReadonlyArray<IceServer>
  /** TURN servers with a shared secret, and the lifetime of the credentials made from it. */
  readonly turn: {
    readonly urls: ReadonlyArray<string>
    readonly secret: string
    readonly lifetimeMs: number
  } | null
  readonly livekit: { readonly url: string; readonly apiKey: string; readonly apiSecret: string } | null
  /** The receiver of webhooks and the secret that signs them. */
  readonly webhook: { readonly url: string; readonly secret: string } | null
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null
  readonly logLevel: LogLevel
}

/** How tokens are verified. Without a key every token is refused. */
export interface TokenSettings {
  readonly key:
    | { readonly type: 'secret'; readonly secret: string }
    | { readonly type: 'jwks'; readonly url: string }
    | null
  /** The values that the claims must have; null: any. */
  readonly issuer: string | null
  readonly audience: string | null
}

/** The first invalid setting, and its valid values. Never quotes a secret. */
export interface InvalidSetting {
  readonly setting: string
  readonly problem: string
}

/** Each setting under its name, with its default. */
const environment = z.object({
  NODE_ENV: text.default(''),
  PORT: wholeNumber(0, 65_535).default(3_000),
  HOST: text.default('0.0.0.0'),
  PUBLIC_URL: webAddress.nullable().default(null),
  TRUST_PROXY: proxies.default(0),
  CLIENT_URL: listOf(origin).default(['http://localhost:5173']),
  DATA_DIR: text.default('./data'),
  EVENT_STORE: oneOf(['lmdb', 'memory', 'redis']).default('lmdb'),
  REDIS_URL: secret('redis:// or rediss:// and a host', /^rediss?:\/\/./)
    .nullable()
    .default(null),
  DURABILITY: oneOf(['disk', 'process']).default('disk'),
  ROOM_RETENTION_DAYS: wholeNumber(0, 36_500).default(defaultRetentionDays),
  AUDIT: oneOf(['on', 'off']).default('on'),
  // Six years, as health records are kept (45 CFR 164.316).
  AUDIT_RETENTION_DAYS: wholeNumber(1, 36_500).default(2_192),
  NODE_ID: nodeName.nullable().default(null),
  AUTH_MODE: oneOf(['open', 'jwt']).default('open'),
  ALLOW_OPEN: oneOf(['0', '1']).default('0'),
  JWT_SECRET: secretOfBytes(32, 'as HS256 asks for').nullable().default(null),
  JWKS_URL: keyAddress.nullable().default(null),
  JWT_ISSUER: text.nullable().default(null),
  JWT_AUDIENCE: text.nullable().default(null),
  EMERGENCY_ACCESS_MINUTES: wholeNumber(1, 24 * 60).default(defaultEmergencyAccessMs / 60_000),
  RECONNECT_GRACE_MS: wholeNumber(0, dayMs).default(defaultGraceMs),
  RATE_LIMIT: oneOf(['on', 'off']).default('on'),
  ...limitEnvironment,
  MAX_PEERS: wholeNumber(2, 10).default(defaultMaxPeers),
  ICE_SERVERS: iceServers.default([]),
  TURN_URL: turnAddresses.nullable().default(null),
  TURN_SECRET: secret('a shared secret', /./s).nullable().default(null),
  // Longer than most calls, for clients that ignore renewed credentials; short enough to limit the use of stolen ones.
  TURN_TTL_SECONDS: wholeNumber(60, 7 * 86_400).default(4 * 3_600),
  LIVEKIT_URL: webSocketAddress.nullable().default(null),
  LIVEKIT_API_KEY: secret('a key of that LiveKit server', /./s).nullable().default(null),
  LIVEKIT_API_SECRET: secret('the secret of that key', /./s).nullable().default(null),
  WEBHOOK_URL: webhookAddress.nullable().default(null),
  WEBHOOK_SECRET: webhookSecret.nullable().default(null),
  TLS_CERT: text.nullable().default(null),
  TLS_KEY: text.nullable().default(null),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

type Environment = z.output<typeof environment>

/** Values of the contract that this version does not support, and their replacements. */
const unsupportedValues = [{ setting: 'EVENT_STORE', value: 'redis', instead: 'lmdb or memory' }] as const

export const isUnsupported = (setting: string, value: string): boolean =>
  unsupportedValues.some((each) => each.setting === setting && each.value === value)

export const settingsFrom = (
  env: Readonly<Record<string, string | undefined>>,
): Either<InvalidSetting, Settings> => {
  // `PORT=` in a compose file or a .env means that it is not set.
  const nonEmpty = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = environment.safeParse(nonEmpty)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return E.left({ setting: String(issue?.path[0]), problem: issue?.message ?? 'is invalid' })
  }
  const conflict = conflictIn(parsed.data)
  return conflict === undefined ? E.right(settingsOf(parsed.data)) : E.left(conflict)
}

/** Finds settings that are valid alone but not together, or not in this version. */
const conflictIn = (set: Environment): InvalidSetting | undefined => {
  for (const { setting, value, instead } of unsupportedValues) {
    if (set[setting] !== value) continue
    return { setting, problem: `${value} is not built yet: leave it out, or set it to ${instead}` }
  }
  if (set.JWT_SECRET !== null && set.JWKS_URL !== null)
    return { setting: 'JWKS_URL', problem: 'has no place beside JWT_SECRET: leave one of them out' }
  if (set.AUTH_MODE === 'jwt' && set.JWT_SECRET === null && set.JWKS_URL === null)
    return { setting: 'AUTH_MODE', problem: 'jwt needs a key: set JWT_SECRET or JWKS_URL' }
  if (set.AUTH_MODE === 'open' && set.NODE_ENV === 'production' && set.ALLOW_OPEN !== '1') {
    return {
      setting: 'AUTH_MODE',
      problem:
        'open accepts user ids without a check, which NODE_ENV=production forbids: to allow it, set ALLOW_OPEN=1',
    }
  }
  for (const [setting, partner] of partners) {
    if (set[setting] === null || set[partner] !== null) continue
    return { setting: partner, problem: `must be set too, because ${setting} is` }
  }
  return undefined
}

/** A setting of the first column needs that of the second. */
const partners = [
  ['TLS_CERT', 'TLS_KEY'],
  ['TLS_KEY', 'TLS_CERT'],
  ['TURN_URL', 'TURN_SECRET'],
  ['TURN_SECRET', 'TURN_URL'],
  ['WEBHOOK_URL', 'WEBHOOK_SECRET'],
  ['WEBHOOK_SECRET', 'WEBHOOK_URL'],
  // A cycle: all three or none.
  ['LIVEKIT_URL', 'LIVEKIT_API_KEY'],
  ['LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET'],
  ['LIVEKIT_API_SECRET', 'LIVEKIT_URL'],
] as const

const settingsOf = (set: Environment): Settings => ({
  port: set.PORT,
  host: set.HOST,
  publicUrl: set.PUBLIC_URL,
  trustProxy: set.TRUST_PROXY,
  clientOrigins: set.CLIENT_URL,
  dataDir: set.DATA_DIR,
  eventStore: set.EVENT_STORE === 'memory' ? 'memory' : 'lmdb',
  durability: set.DURABILITY,
  roomRetentionMs: set.ROOM_RETENTION_DAYS * dayMs,
  authMode: set.AUTH_MODE,
  tokens: tokensOf(set),
  emergencyAccessMs: set.EMERGENCY_ACCESS_MINUTES * 60_000,
  audit: set.AUDIT,
  auditRetentionMs: set.AUDIT_RETENTION_DAYS * dayMs,
  nodeId: set.NODE_ID,
  reconnectGraceMs: set.RECONNECT_GRACE_MS,
  rateLimit: set.RATE_LIMIT,
  limits: transportLimitsOf(set),
  handshakeTimeoutMs: set.HANDSHAKE_TIMEOUT_MS,
  idleLogOffMs: set.IDLE_LOGOFF_MINUTES * 60_000,
  maxPeers: set.MAX_PEERS,
  iceServers: set.ICE_SERVERS,
  turn: turnOf(set),
  livekit: livekitOf(set),
  webhook: webhookOf(set),
  tls:
    set.TLS_CERT === null || set.TLS_KEY === null ? null : { certFile: set.TLS_CERT, keyFile: set.TLS_KEY },
  logLevel: set.LOG_LEVEL,
})

const tokensOf = (set: Environment): TokenSettings => ({
  key:
    set.JWT_SECRET !== null
      ? { type: 'secret', secret: set.JWT_SECRET }
      : set.JWKS_URL !== null
        ? { type: 'jwks', url: set.JWKS_URL }
        : null,
  issuer: set.JWT_ISSUER,
  audience: set.JWT_AUDIENCE,
})

const turnOf = ({ TURN_URL: urls, TURN_SECRET: shared, TURN_TTL_SECONDS: seconds }: Environment) =>
  urls === null || shared === null ? null : { urls, secret: shared, lifetimeMs: seconds * 1_000 }

const livekitOf = ({
  LIVEKIT_URL: url,
  LIVEKIT_API_KEY: apiKey,
  LIVEKIT_API_SECRET: apiSecret,
}: Environment) => (url === null || apiKey === null || apiSecret === null ? null : { url, apiKey, apiSecret })

const webhookOf = ({ WEBHOOK_URL: url, WEBHOOK_SECRET: signedWith }: Environment) =>
  url === null || signedWith === null ? null : { url, secret: signedWith }
