// What the check of one event costs, beside rate-limiter-flexible if FLEXIBLE names a folder in which it is installed.
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { pathToFileURL, fileURLToPath } from 'node:url'

const dist = pathToFileURL(process.env.DIST ?? fileURLToPath(new URL('../../dist', import.meta.url))).href
const { createEventLimits } = await import(`${dist}/infrastructure/limits/event-limits.js`)
const { defaultRateLimits } = await import(`${dist}/infrastructure/limits/rate-limits.js`)

const EVENTS = 2_000_000
const ADDRESSES = 1_000
const unlimited = { burst: 1e6, perSecond: 1e6 }

/** Nanoseconds per call. */
const measure = (check) => {
  for (let i = 0; i < EVENTS / 10; i++) check(i)
  const started = performance.now()
  for (let i = 0; i < EVENTS; i++) check(i)
  return ((performance.now() - started) / EVENTS) * 1e6
}

const sources = (limits) =>
  Array.from({ length: ADDRESSES }, (_, index) => ({
    connection: limits.open(`a${index}`, true, 0),
    namespace: '/',
    address: `203.0.113.${index}`,
    user: `user-${index}`,
  }))

const report = (what, ns) => console.log(`${what.padEnd(46)} ${ns.toFixed(0).padStart(7)} ns`)

{
  const limits = createEventLimits({
    ...defaultRateLimits,
    eventsPerSocket: unlimited,
    eventsPerUser: unlimited,
    eventsPerAddress: unlimited,
  })
  const all = sources(limits)
  const now = Date.now()
  report(
    'accepted: socket, user and address',
    measure((i) => limits.take(all[i % ADDRESSES], false, now + i / 1_000)),
  )
}
{
  const limits = createEventLimits(defaultRateLimits)
  const all = sources(limits)
  const now = Date.now()
  report(
    'refused',
    measure((i) => limits.take(all[i % ADDRESSES], false, now)),
  )
}

if (process.env.FLEXIBLE !== undefined) {
  const flexible = createRequire(`${process.env.FLEXIBLE}/`)('rate-limiter-flexible')
  const { RateLimiterMemory, BurstyRateLimiter } = flexible
  const limiter = () =>
    new BurstyRateLimiter(
      new RateLimiterMemory({ points: 1e9, duration: 1 }),
      new RateLimiterMemory({ points: 1e9, duration: 10, keyPrefix: 'burst' }),
    )
  const three = [limiter(), limiter(), limiter()]
  const count = EVENTS / 10
  const started = performance.now()
  for (let i = 0; i < count; i++) {
    const key = `203.0.113.${i % ADDRESSES}`
    for (const each of three) await each.consume(key)
  }
  report('rate-limiter-flexible, three limiters', ((performance.now() - started) / count) * 1e6)
}
