import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import { settingsFrom } from '../../../src/infrastructure/config/settings.js'
import type { Settings } from '../../../src/infrastructure/config/settings.js'

const defaults: Settings = {
  port: 3000,
  host: '0.0.0.0',
  publicUrl: null,
  trustProxy: 0,
  clientOrigins: ['http://localhost:5173'],
  dataDir: './data',
  eventStore: 'lmdb',
  durability: 'disk',
  roomRetentionMs: 2_592_000_000,
  audit: 'on',
  auditRetentionMs: 189_388_800_000,
  nodeId: null,
  authMode: 'open',
  emergencyAccessMs: 1_800_000,
  tokens: { key: null, issuer: null, audience: null },
  reconnectGraceMs: 15_000,
  rateLimit: 'on',
  limits: {
    eventsPerSocket: { burst: 200, perSecond: 50 },
    eventsPerUser: { burst: 800, perSecond: 200 },
    eventsPerAddress: { burst: 4_000, perSecond: 1_000 },
    frequentPerSocket: { burst: 1_000, perSecond: 200 },
    frequentPerUser: { burst: 4_000, perSecond: 800 },
    frequentPerAddress: { burst: 20_000, perSecond: 4_000 },
    roomsPerSession: { burst: 30, perSecond: 1 },
    roomsPerAddress: { burst: 300, perSecond: 10 },
    connectsPerAddress: { burst: 1_000, perSecond: 50 },
    maxRefusedSeconds: 10,
    maxConnectionsPerAddress: 1_000,
    maxBufferedBytes: 1_048_576,
    maxVolatileBufferedBytes: 524_288,
  },
  handshakeTimeoutMs: 5_000,
  idleLogOffMs: 0,
  maxPeers: 10,
  iceServers: [],
  turn: null,
  livekit: null,
  webhook: null,
  tls: null,
  logLevel: 'info',
}

const webhookSecret = `whsec_${Buffer.from('canary-0123456789-0123456789-0123').toString('base64')}`
const shortSecret = `whsec_${Buffer.alloc(23).toString('base64')}`
const longSecret = `whsec_${Buffer.alloc(65).toString('base64')}`
const jwtSecret = 'canary-0123456789-0123456789-0123'

const secretTokens = (secret: string): Settings['tokens'] => ({
  key: { type: 'secret', secret },
  issuer: null,
  audience: null,
})

/** An environment, and the settings that differ from their defaults. */
const valid: ReadonlyArray<readonly [Record<string, string>, Partial<Settings>]> = [
  [{}, {}],
  [{ PORT: '0' }, { port: 0 }],
  [{ PORT: '65535' }, { port: 65_535 }],
  [{ PORT: '' }, {}],
  [{ HOST: '127.0.0.1' }, { host: '127.0.0.1' }],
  [{ PUBLIC_URL: 'https://draw.example.org/' }, { publicUrl: 'https://draw.example.org' }],
  [{ TRUST_PROXY: 'true' }, { trustProxy: 1 }],
  [{ TRUST_PROXY: 'false' }, { trustProxy: 0 }],
  [{ TRUST_PROXY: '2' }, { trustProxy: 2 }],
  [
    { CLIENT_URL: 'https://a.example.org/, http://localhost:8080' },
    { clientOrigins: ['https://a.example.org', 'http://localhost:8080'] },
  ],
  [{ DATA_DIR: '/var/lib/roomreel' }, { dataDir: '/var/lib/roomreel' }],
  [{ EMERGENCY_ACCESS_MINUTES: '5' }, { emergencyAccessMs: 300_000 }],
  [{ EVENT_STORE: 'memory' }, { eventStore: 'memory' }],
  [{ REDIS_URL: 'redis://localhost' }, {}],
  [{ DURABILITY: 'process' }, { durability: 'process' }],
  [{ ROOM_RETENTION_DAYS: '1' }, { roomRetentionMs: 86_400_000 }],
  [{ AUDIT: 'off' }, { audit: 'off' }],
  [{ AUDIT_RETENTION_DAYS: '1' }, { auditRetentionMs: 86_400_000 }],
  [{ NODE_ID: 'ward-3' }, { nodeId: 'ward-3' }],
  [{ AUTH_MODE: 'open' }, {}],
  [
    { JWT_SECRET: jwtSecret, JWT_ISSUER: 'me', JWT_AUDIENCE: 'you' },
    { tokens: { key: { type: 'secret', secret: jwtSecret }, issuer: 'me', audience: 'you' } },
  ],
  [
    { AUTH_MODE: 'jwt', JWT_SECRET: jwtSecret, JWKS_URL: '', NODE_ENV: 'production' },
    { authMode: 'jwt', tokens: { key: { type: 'secret', secret: jwtSecret }, issuer: null, audience: null } },
  ],
  ...[
    'https://id.example.org/keys/',
    'http://localhost:8080/keys?tenant=1',
    'http://127.0.0.1/keys',
    'http://[::1]:1/keys',
  ].map((url): readonly [Record<string, string>, Partial<Settings>] => [
    { JWKS_URL: url },
    { tokens: { key: { type: 'jwks', url }, issuer: null, audience: null } },
  ]),
  // 32 bytes in 16 characters.
  [{ JWT_SECRET: 'é'.repeat(16) }, { tokens: secretTokens('é'.repeat(16)) }],
  [{ RECONNECT_GRACE_MS: '250' }, { reconnectGraceMs: 250 }],
  [{ RATE_LIMIT: 'off' }, { rateLimit: 'off' }],
  [{ MAX_PEERS: '4' }, { maxPeers: 4 }],
  [
    { ICE_SERVERS: '[{"urls":["turn:a.example.org"],"username":"u","credential":"c"}]' },
    { iceServers: [{ urls: ['turn:a.example.org'], username: 'u', credential: 'c' }] },
  ],
  [
    { TURN_URL: 'turn:t.example.org', TURN_SECRET: 's' },
    { turn: { urls: ['turn:t.example.org'], secret: 's', lifetimeMs: 14_400_000 } },
  ],
  [
    {
      TURN_URL: 'turn:t.example.org:3478?transport=udp, turns:[2001:db8::1]:5349?transport=tcp',
      TURN_SECRET: 's',
      TURN_TTL_SECONDS: '60',
    },
    {
      turn: {
        urls: ['turn:t.example.org:3478?transport=udp', 'turns:[2001:db8::1]:5349?transport=tcp'],
        secret: 's',
        lifetimeMs: 60_000,
      },
    },
  ],
  [{ TURN_TTL_SECONDS: '3600' }, {}],
  [
    { LIVEKIT_URL: 'wss://sfu.example.org/', LIVEKIT_API_KEY: 'k', LIVEKIT_API_SECRET: 's' },
    { livekit: { url: 'wss://sfu.example.org', apiKey: 'k', apiSecret: 's' } },
  ],
  [
    { WEBHOOK_URL: 'https://example.org/hooks/?key=1', WEBHOOK_SECRET: webhookSecret },
    { webhook: { url: 'https://example.org/hooks/?key=1', secret: webhookSecret } },
  ],
  [{ TLS_CERT: 'a.pem', TLS_KEY: 'b.pem' }, { tls: { certFile: 'a.pem', keyFile: 'b.pem' } }],
  ...Object.entries({
    RATE_EVENTS_SOCKET: 'eventsPerSocket',
    RATE_EVENTS_USER: 'eventsPerUser',
    RATE_EVENTS_ADDRESS: 'eventsPerAddress',
    RATE_SIGNALS_SOCKET: 'frequentPerSocket',
    RATE_SIGNALS_USER: 'frequentPerUser',
    RATE_SIGNALS_ADDRESS: 'frequentPerAddress',
    RATE_ROOMS_SESSION: 'roomsPerSession',
    RATE_ROOMS_ADDRESS: 'roomsPerAddress',
    RATE_CONNECTS_ADDRESS: 'connectsPerAddress',
  }).map(
    ([setting, limit]) =>
      [
        { [setting]: '7/3' },
        { limits: { ...defaults.limits, [limit]: { burst: 7, perSecond: 3 } } },
      ] as const,
  ),
  [{ MAX_CONNECTIONS_ADDRESS: '5' }, { limits: { ...defaults.limits, maxConnectionsPerAddress: 5 } }],
  [
    { MAX_BUFFERED_KIB: '64' },
    { limits: { ...defaults.limits, maxBufferedBytes: 65_536, maxVolatileBufferedBytes: 32_768 } },
  ],
  [{ HANDSHAKE_TIMEOUT_MS: '250' }, { handshakeTimeoutMs: 250 }],
  [{ IDLE_LOGOFF_MINUTES: '15' }, { idleLogOffMs: 900_000 }],
  [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  [{ NODE_ENV: 'production', ALLOW_OPEN: '1' }, {}],
  [{ SOMETHING_ELSE: 'is not ours' }, {}],
]

const invalid: ReadonlyArray<readonly [Record<string, string>, string, string]> = [
  [{ PORT: '70000' }, 'PORT', 'must be a whole number from 0 to 65535, not "70000"'],
  ...['200', '0/50', '200/0', '200/50/1', '2e2/50', '-1/5', ' 200/50', '1234567890/1'].map(
    (value) =>
      [
        { RATE_EVENTS_SOCKET: value },
        'RATE_EVENTS_SOCKET',
        `must be a burst and a rate per second, like 200/50, not "${value}"`,
      ] as const,
  ),
  [{ IDLE_LOGOFF_MINUTES: '-1' }, 'IDLE_LOGOFF_MINUTES', 'must be a whole number from 0 to 10080, not "-1"'],
  [
    { HANDSHAKE_TIMEOUT_MS: '0' },
    'HANDSHAKE_TIMEOUT_MS',
    'must be a whole number from 100 to 120000, not "0"',
  ],
  [{ PORT: '0x10' }, 'PORT', 'must be a whole number from 0 to 65535, not "0x10"'],
  [{ PORT: '-1' }, 'PORT', 'must be a whole number from 0 to 65535, not "-1"'],
  [
    { PUBLIC_URL: 'draw.example.org' },
    'PUBLIC_URL',
    'must be an http:// or https:// address without a user name',
  ],
  [
    { PUBLIC_URL: 'https://u:canary@example.org' },
    'PUBLIC_URL',
    'must be an http:// or https:// address without a user name',
  ],
  [{ TRUST_PROXY: 'yes' }, 'TRUST_PROXY', 'must be true, false or the number of proxies in front, not "yes"'],
  [
    { CLIENT_URL: 'https://a.example.org,https://b.example.org/app' },
    'CLIENT_URL',
    'must be origins like https://example.org, with commas between, not "https://b.example.org/app"',
  ],
  [
    { CLIENT_URL: '*' },
    'CLIENT_URL',
    'must be origins like https://example.org, with commas between, not "*"',
  ],
  [{ EVENT_STORE: 'postgres' }, 'EVENT_STORE', 'must be lmdb, memory or redis, not "postgres"'],
  [
    { EVENT_STORE: 'redis' },
    'EVENT_STORE',
    'redis is not built yet: leave it out, or set it to lmdb or memory',
  ],
  [{ REDIS_URL: 'http://canary@x' }, 'REDIS_URL', 'must be redis:// or rediss:// and a host'],
  [{ DURABILITY: 'none' }, 'DURABILITY', 'must be disk or process, not "none"'],
  [
    { ROOM_RETENTION_DAYS: '1.5' },
    'ROOM_RETENTION_DAYS',
    'must be a whole number from 0 to 36500, not "1.5"',
  ],
  [{ AUTH_MODE: 'none' }, 'AUTH_MODE', 'must be open or jwt, not "none"'],
  [{ AUTH_MODE: 'jwt' }, 'AUTH_MODE', 'jwt needs a key: set JWT_SECRET or JWKS_URL'],
  [
    { AUTH_MODE: 'jwt', JWT_ISSUER: 'me', NODE_ENV: 'production', ALLOW_OPEN: '1' },
    'AUTH_MODE',
    'jwt needs a key: set JWT_SECRET or JWKS_URL',
  ],
  ...['open', 'jwt'].map((mode): (typeof invalid)[number] => [
    { AUTH_MODE: mode, JWT_SECRET: jwtSecret, JWKS_URL: 'https://id.example.org' },
    'JWKS_URL',
    'has no place beside JWT_SECRET: leave one of them out',
  ]),
  [{ ALLOW_OPEN: 'yes' }, 'ALLOW_OPEN', 'must be 0 or 1, not "yes"'],
  ...['canary', 'canary-0123456789-0123456789-01', 'é'.repeat(15)].map((secret): (typeof invalid)[number] => [
    { JWT_SECRET: secret },
    'JWT_SECRET',
    'must be at least 32 bytes, as HS256 asks for',
  ]),
  ...[
    'canary',
    'http://id.example.org/canary',
    'http://127.0.0.1.canary.org',
    'http://localhost.canary.org',
    'https://u:canary@id.example.org',
    'http://canary@localhost',
    'file:///canary',
  ].map((url): (typeof invalid)[number] => [
    { JWKS_URL: url },
    'JWKS_URL',
    'must be an https:// address without a user name; http:// only on this machine',
  ]),
  [
    { RECONNECT_GRACE_MS: '15s' },
    'RECONNECT_GRACE_MS',
    'must be a whole number from 0 to 86400000, not "15s"',
  ],
  [{ RATE_LIMIT: 'false' }, 'RATE_LIMIT', 'must be on or off, not "false"'],
  [{ MAX_PEERS: '11' }, 'MAX_PEERS', 'must be a whole number from 2 to 10, not "11"'],
  [{ ICE_SERVERS: 'canary' }, 'ICE_SERVERS', 'must be JSON like [{"urls":"stun:stun.example.org"}]'],
  [
    { ICE_SERVERS: '[{"urls":"turn:a","credential":"canary"},{"urls":"canary"}]' },
    'ICE_SERVERS',
    'must be JSON like [{"urls":"stun:stun.example.org"}]; look at 1.urls',
  ],
  [{ TURN_URL: 'canary' }, 'TURN_URL', 'must be turn: or turns: and a host'],
  [{ TURN_URL: ',', TURN_SECRET: 'canary' }, 'TURN_URL', 'must be turn: or turns: and a host'],
  [
    { TURN_URL: 'turn:t.example.org,turn://t.example.org', TURN_SECRET: 'canary' },
    'TURN_URL',
    'must be turn: or turns: and a host',
  ],
  [
    { TURN_URL: 'turn:u:canary@t.example.org', TURN_SECRET: 'canary' },
    'TURN_URL',
    'must be turn: or turns: and a host',
  ],
  [
    { TURN_URL: 'turn:t.example.org?transport=quic', TURN_SECRET: 'canary' },
    'TURN_URL',
    'must be turn: or turns: and a host',
  ],
  [{ TURN_TTL_SECONDS: '59' }, 'TURN_TTL_SECONDS', 'must be a whole number from 60 to 604800, not "59"'],
  [{ TURN_URL: 'turn:t.example.org' }, 'TURN_SECRET', 'must be set too, because TURN_URL is'],
  [{ TURN_SECRET: 'canary' }, 'TURN_URL', 'must be set too, because TURN_SECRET is'],
  [
    { LIVEKIT_URL: 'https://sfu.example.org', LIVEKIT_API_KEY: 'canary', LIVEKIT_API_SECRET: 'canary' },
    'LIVEKIT_URL',
    'must be a ws:// or wss:// address without a user name',
  ],
  [
    { LIVEKIT_URL: 'wss://u:canary@sfu.example.org' },
    'LIVEKIT_URL',
    'must be a ws:// or wss:// address without a user name',
  ],
  [{ LIVEKIT_URL: 'wss://a' }, 'LIVEKIT_API_KEY', 'must be set too, because LIVEKIT_URL is'],
  [{ LIVEKIT_API_KEY: 'canary' }, 'LIVEKIT_API_SECRET', 'must be set too, because LIVEKIT_API_KEY is'],
  [{ LIVEKIT_API_SECRET: 'canary' }, 'LIVEKIT_URL', 'must be set too, because LIVEKIT_API_SECRET is'],
  [
    { LIVEKIT_URL: 'wss://a', LIVEKIT_API_KEY: 'canary' },
    'LIVEKIT_API_SECRET',
    'must be set too, because LIVEKIT_API_KEY is',
  ],
  [
    { LIVEKIT_URL: 'wss://a', LIVEKIT_API_SECRET: 'canary' },
    'LIVEKIT_API_KEY',
    'must be set too, because LIVEKIT_URL is',
  ],
  [
    { LIVEKIT_API_KEY: 'canary', LIVEKIT_API_SECRET: 'canary' },
    'LIVEKIT_URL',
    'must be set too, because LIVEKIT_API_SECRET is',
  ],
  [
    { WEBHOOK_URL: 'ftp://example.org/canary', WEBHOOK_SECRET: webhookSecret },
    'WEBHOOK_URL',
    'must be an http:// or https:// address without a user name',
  ],
  [
    { WEBHOOK_URL: 'https://:canary@example.org', WEBHOOK_SECRET: webhookSecret },
    'WEBHOOK_URL',
    'must be an http:// or https:// address without a user name',
  ],
  ...['canary', 'whsec_canary', shortSecret, longSecret, `${webhookSecret} `, webhookSecret.slice(6)].map(
    (value): (typeof invalid)[number] => [
      { WEBHOOK_URL: 'https://example.org', WEBHOOK_SECRET: value },
      'WEBHOOK_SECRET',
      'must be whsec_ and then 24 to 64 random bytes as base64',
    ],
  ),
  [{ WEBHOOK_URL: 'https://a' }, 'WEBHOOK_SECRET', 'must be set too, because WEBHOOK_URL is'],
  [{ WEBHOOK_SECRET: webhookSecret }, 'WEBHOOK_URL', 'must be set too, because WEBHOOK_SECRET is'],
  [{ TLS_CERT: 'a.pem' }, 'TLS_KEY', 'must be set too, because TLS_CERT is'],
  [{ TLS_KEY: 'b.pem' }, 'TLS_CERT', 'must be set too, because TLS_KEY is'],
  [
    { LOG_LEVEL: 'loud' },
    'LOG_LEVEL',
    'must be fatal, error, warn, info, debug, trace or silent, not "loud"',
  ],
  [
    { NODE_ENV: 'production' },
    'AUTH_MODE',
    'open accepts user ids without a check, which NODE_ENV=production forbids: to allow it, set ALLOW_OPEN=1',
  ],
  [
    { NODE_ENV: 'production', JWT_SECRET: jwtSecret },
    'AUTH_MODE',
    'open accepts user ids without a check, which NODE_ENV=production forbids: to allow it, set ALLOW_OPEN=1',
  ],
  [
    { NODE_ENV: 'production', ALLOW_OPEN: '0' },
    'AUTH_MODE',
    'open accepts user ids without a check, which NODE_ENV=production forbids: to allow it, set ALLOW_OPEN=1',
  ],
]

const describeEnv = (env: Record<string, string>): string =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'an empty environment'

describe('settings', () => {
  it.each(valid.map(([env, changed]) => ({ name: describeEnv(env), env, changed })))(
    'accept $name',
    ({ env, changed }) => {
      expect(settingsFrom(env)).toStrictEqual(E.right({ ...defaults, ...changed }))
    },
  )

  it.each(invalid.map(([env, setting, problem]) => ({ name: describeEnv(env), env, setting, problem })))(
    'reject $name and name the invalid setting',
    ({ env, setting, problem }) => {
      expect(settingsFrom(env)).toStrictEqual(E.left({ setting, problem }))
    },
  )

  it('never quote a secret', () => {
    const secrets = invalid.filter(([env]) => Object.values(env).some((value) => value.includes('canary')))
    expect(secrets.length).toBeGreaterThan(5)
    for (const [env] of secrets) expect(JSON.stringify(settingsFrom(env))).not.toContain('canary')
  })

  it('truncate a quoted long value, so that the message stays one line', () => {
    const result = settingsFrom({ LOG_LEVEL: `${'x'.repeat(500)}\n` })
    expect(E.isLeft(result) && result.left.problem.length).toBeLessThan(200)
    expect(E.isLeft(result) && result.left.problem).not.toContain('\n')
  })
})
