import { describe, expect, it } from 'vitest'
import { unusedSettings } from '../../../src/infrastructure/config/unused-settings.js'

const jwtIgnored = 'has no effect with AUTH_MODE=open, and jwt is not built yet: leave this out'
const onlyInLmdb = 'has no effect with EVENT_STORE=memory: set EVENT_STORE to lmdb, or leave this out'

/** An environment, and the problems that are reported for it. */
const reported: ReadonlyArray<readonly [Record<string, string>, Readonly<Record<string, string>>]> = [
  [{ JWT_SECRET: 'canary' }, { JWT_SECRET: jwtIgnored }],
  [{ JWKS_URL: 'https://id.example.org', AUTH_MODE: 'open' }, { JWKS_URL: jwtIgnored }],
  [
    { JWT_ISSUER: 'me', JWT_AUDIENCE: 'you' },
    { JWT_ISSUER: jwtIgnored, JWT_AUDIENCE: jwtIgnored },
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
    { TURN_TTL_SECONDS: '60' },
    { TURN_TTL_SECONDS: 'has no effect without TURN_URL: set TURN_URL too, or leave this out' },
  ],
]

const unreported: ReadonlyArray<Record<string, string>> = [
  {},
  { JWT_SECRET: '', REDIS_URL: '' },
  { AUTH_MODE: 'jwt', JWT_SECRET: 's' },
  { EVENT_STORE: 'redis', REDIS_URL: 'redis://host' },
  { DATA_DIR: '/data', DURABILITY: 'process' },
  { EVENT_STORE: 'lmdb', DATA_DIR: '/data' },
  { EVENT_STORE: '', DATA_DIR: '/data' },
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
