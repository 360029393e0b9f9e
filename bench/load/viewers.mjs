import { rawClient } from './raw-client.mjs'

/**
 * Rooms of viewers that watch draws, in a process of its own. Takes one job over IPC after another and answers each:
 *
 * - `{ type: 'fill', url, rooms, viewers, first }` → `{ type: 'filled' }`: opens so many rooms of so many viewers each
 * - `{ type: 'draw', members, startsOverMs? }` → `{ type: 'drawn', … }`: one viewer of each room starts a draw, spread
 *   over so long; all watch to its end
 * - `{ type: 'empty' }` → `{ type: 'emptied' }`
 */

/** @type {Array<{ room: string, clients: Array<{ ask: Function, close: Function }>, startedAt: number, ticks: number[] }>} */
let rooms = []

const epochMs = () => performance.timeOrigin + performance.now()

let delivered = 0
/** @type {number[]} */
let lateness = []
/** @type {number[]} */
let drift = []
let early = 0
let ended = 0
let whenAllEnded = () => {}

/** How late, against the instant that the draw's own start says. */
const heard =
  (/** @type {any} */ place, /** @type {boolean} */ first) =>
  (/** @type {string} */ event, /** @type {string} */ packet) => {
    if (event === 'randomStarted') {
      place.startedAt = JSON.parse(packet)[1].at
    } else if (event === 'randomHighlight') {
      delivered++
      const tick = numberAfter('"tick":', packet)
      const late = epochMs() - (place.startedAt + tick * 100)
      lateness.push(late)
      // Clocks of two processes on one machine agree to well under a millisecond.
      if (late < -1) early++
      if (tick === 50 && first) drift.push(late)
    } else if (event === 'randomComplete') {
      ended++
      whenAllEnded()
    }
  }

const numberAfter = (/** @type {string} */ key, /** @type {string} */ packet) =>
  Number.parseInt(packet.slice(packet.indexOf(key) + key.length), 10)

const fill = async (/** @type {{ url: string, rooms: number, viewers: number, first: number }} */ job) => {
  for (let index = 0; index < job.rooms; index++) {
    const room = `bench-${job.first + index}`
    /** @type {any} */
    const place = { room, clients: [], startedAt: 0 }
    const opening = []
    for (let viewer = 0; viewer < job.viewers; viewer++) {
      opening.push(
        rawClient(job.url, { onEvent: heard(place, viewer === 0) }).then(async (client) => {
          await client.ask('viewer-join', { room })
          return client
        }),
      )
      // A few at a time: what opens connections is not what is measured.
      if (opening.length % 50 === 0) await Promise.all(opening)
    }
    place.clients = await Promise.all(opening)
    rooms.push(place)
  }
}

const draw = async (
  /** @type {{ members: number, startsOverMs?: number }} */ { members, startsOverMs = 0 },
) => {
  delivered = 0
  lateness = []
  drift = []
  early = 0
  ended = 0
  const expected = rooms.reduce((sum, { clients }) => sum + clients.length, 0)
  const names = Array.from({ length: members }, (_, place) => `Member ${place + 1}`)
  const all = new Promise((resolve) => {
    whenAllEnded = () => {
      if (ended === expected) resolve(undefined)
    }
  })
  const deadline = new Promise((resolve) => setTimeout(resolve, 30_000))
  await Promise.all(
    rooms.map(async ({ clients }, place) => {
      await new Promise((resolve) => setTimeout(resolve, (place / rooms.length) * startsOverMs))
      await clients[0]?.ask('startRandom', { members: names })
    }),
  )
  await Promise.race([all, deadline])
  lateness.sort((left, right) => left - right)
  drift.sort((left, right) => left - right)
  const at = (/** @type {number[]} */ sorted, /** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
  return {
    type: 'drawn',
    delivered,
    early,
    complete: ended === expected,
    p50: at(lateness, 0.5),
    p99: at(lateness, 0.99),
    driftP50: at(drift, 0.5),
    driftMax: at(drift, 1),
  }
}

process.on('message', async (/** @type {any} */ job) => {
  if (job.type === 'fill') {
    await fill(job)
    process.send?.({ type: 'filled' })
  } else if (job.type === 'draw') {
    process.send?.(await draw(job))
  } else if (job.type === 'empty') {
    for (const { clients } of rooms) for (const client of clients) client.close()
    rooms = []
    process.send?.({ type: 'emptied' })
  }
})
process.on('disconnect', () => process.exit(0))
