import { z } from 'zod'
import { defaultRateLimits } from '../limits/rate-limits.js'
import type { Rate } from '../limits/token-bucket.js'
import { defaultTransportLimits } from '../transport/transport.js'
import type { TransportLimits } from '../transport/transport.js'
import { rate, wholeNumber } from './setting-parsers.js'

/** The rates: setting, limit, and how the limit counts. `docs/limits.md` has a row for each. */
const rateSettings = {
  RATE_EVENTS_SOCKET: 'eventsPerSocket',
  RATE_EVENTS_USER: 'eventsPerUser',
  RATE_EVENTS_ADDRESS: 'eventsPerAddress',
  RATE_SIGNALS_SOCKET: 'frequentPerSocket',
  RATE_SIGNALS_USER: 'frequentPerUser',
  RATE_SIGNALS_ADDRESS: 'frequentPerAddress',
  RATE_ROOMS_SESSION: 'roomsPerSession',
  RATE_ROOMS_ADDRESS: 'roomsPerAddress',
  RATE_CONNECTS_ADDRESS: 'connectsPerAddress',
} as const

type RateSetting = keyof typeof rateSettings

const rateNames = Object.keys(rateSettings) as ReadonlyArray<RateSetting>

/** The settings of limits, for the environment's schema. */
export const limitEnvironment = {
  ...(Object.fromEntries(
    rateNames.map((name) => [name, rate.default(defaultRateLimits[rateSettings[name]])]),
  ) as Record<RateSetting, z.ZodDefault<z.ZodType<Rate, string>>>),
  MAX_CONNECTIONS_ADDRESS: wholeNumber(1, 1_000_000).default(defaultTransportLimits.maxConnectionsPerAddress),
  MAX_BUFFERED_KIB: wholeNumber(64, 1_048_576).default(defaultTransportLimits.maxBufferedBytes / 1_024),
  HANDSHAKE_TIMEOUT_MS: wholeNumber(100, 120_000).default(5_000),
  IDLE_LOGOFF_MINUTES: wholeNumber(0, 7 * 24 * 60).default(0),
}

/** Settings without effect if `RATE_LIMIT=off`. */
export const limitNames: ReadonlyArray<string> = [...rateNames, 'MAX_CONNECTIONS_ADDRESS', 'MAX_BUFFERED_KIB']

const schema = z.object(limitEnvironment)

/** The limits as the transport takes them. */
export const transportLimitsOf = (set: z.output<typeof schema>): TransportLimits => ({
  ...defaultTransportLimits,
  ...Object.fromEntries(rateNames.map((name) => [rateSettings[name], set[name]])),
  maxConnectionsPerAddress: set.MAX_CONNECTIONS_ADDRESS,
  maxBufferedBytes: set.MAX_BUFFERED_KIB * 1_024,
  maxVolatileBufferedBytes: set.MAX_BUFFERED_KIB * 512,
})
