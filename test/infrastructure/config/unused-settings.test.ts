import { describe, expect, it } from 'vitest'
import { unusedSettings } from '../../../src/infrastructure/config/unused-settings.js'

const withoutKey =
  'has no effect without JWT_SECRET or JWKS_URL: set JWT_SECRET or JWKS_URL too, or leave this out'
const onlyInLmdb = 'has no effect with EVENT_STORE=memory: set EVENT_STORE to lmdb, or leave this out'

const withoutLimits = 'has no effect with RATE_LIMIT=off: set RATE_LIMIT to on, or leave this out'

/** An environment, and the problems that are reported for it. */
const reported: ReadonlyArray<readonly [Record<string, string>, Readonly<Record<string, string>>]> = [
  [
    { JWT_ISSUER: 'canary', JWT_AUDIENCE: 'you', JWKS_URL: '' },
    { JWT_ISSUER: withoutKey, JWT_AUDIENCE: withoutKey },
  ],
  [
    { REDIS_URL: 'redis://user:canary@host' },
    { REDIS_URL: 'has no effect with EVENT_STORE=lmdb, and redis is not built yet: leave this out' },
  ],
  [
    { EVENT_STORE: 'memory', DATA_DIR: '/data', DURABILITY: 'disk' },
    { DATA_DIR: onlyInLmdb, DURABILITY: onlyInLmdb },
  ],
  [
    { RATE_LIMIT: 'off', RATE_EVENTS_SOCKET: '1/1', MAX_BUFFERED_KIB: '64', HANDSHAKE_TIMEOUT_MS: '100' },
    { RATE_EVENTS_SOCKET: withoutLimits, MAX_BUFFERED_KIB: withoutLimits },
  ],
  [
    { TURN_TTL_SECONDS: '60' },
    { TURN_TTL_SECONDS: 'has no effect without TURN_URL: set TURN_URL too, or leave this out' },
  ],
]

const unreported: ReadonlyArray<Record<string, string>> = [
  {},
  { JWT_SECRET: '', REDIS_URL: '' },
  { AUTH_MODE: 'jwt', JWT_SECRET: 's' },
  { AUTH_MODE: 'open', JWT_SECRET: 's', JWT_ISSUER: 'me' },
  { JWKS_URL: 'https://id.example.org', JWT_AUDIENCE: 'you' },
  { EVENT_STORE: 'redis', REDIS_URL: 'redis://host' },
  { DATA_DIR: '/data', DURABILITY: 'process' },
  { EVENT_STORE: 'lmdb', DATA_DIR: '/data' },
  { EVENT_STORE: '', DATA_DIR: '/data' },
  { RATE_EVENTS_SOCKET: '1/1' },
  { TURN_URL: 'turn:t', TURN_SECRET: 's', TURN_TTL_SECONDS: '60' },
]

describe('an unused setting', () => {
  it.each(reported)('is reported, with what to do: %j', (env, problems) => {
    expect(Object.fromEntries(unusedSettings(env).map(({ setting, problem }) => [setting, problem]))).toEqual(
      problems,
    )
  })

  it('is not quoted, because it may be a secret', () => {
    for (const [env] of reported) expect(JSON.stringify(unusedSettings(env))).not.toMatch(/canary/)
  })

  it.each(unreported)('is not reported for %j', (env) => {
    expect(unusedSettings(env)).toEqual([])
  })
})
