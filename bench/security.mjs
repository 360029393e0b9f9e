import { parseArgs } from 'node:util'
import { measureSides } from './measure/commands.mjs'
import { setBaseline } from './processes.mjs'

/**
 * Server CPU per command with and without limits and the audit trail, side by side: `node bench/security.mjs`. Identity is on
 * in all of them. With `--baseline ../other`, a built checkout from before them takes part.
 */

const { baseline } = parseArgs({ options: { baseline: { type: 'string' } } }).values
if (baseline !== undefined) setBaseline(baseline)

const unreached = '1000000/1000000'
/** Limits that are checked and never reached. */
const limits = {
  RATE_LIMIT: 'on',
  RATE_EVENTS_SOCKET: unreached,
  RATE_EVENTS_USER: unreached,
  RATE_EVENTS_ADDRESS: unreached,
}

/** @type {Array<import('./measure/commands.mjs').Side & { what: string }>} */
const sides = [
  ...(baseline === undefined ? [] : [{ what: 'the baseline', name: /** @type {const} */ ('baseline') }]),
  { what: 'no limits, no audit trail', name: 'roomreel', settings: { AUDIT: 'off' } },
  { what: 'limits, no audit trail', name: 'roomreel', settings: { ...limits, AUDIT: 'off' } },
  { what: 'limits and audit trail', name: 'roomreel', settings: { ...limits, AUDIT: 'on' } },
]

const results = await measureSides(sides)
const [first] = results
for (const [place, { micros, perSecond }] of results.entries()) {
  const difference = micros - (first?.micros ?? NaN)
  console.log(
    `${sides[place]?.what}: ${micros.toFixed(1)} µs per command (${difference < 0 ? '' : '+'}${difference.toFixed(1)}), ${perSecond.toFixed(0)}/s`,
  )
}
