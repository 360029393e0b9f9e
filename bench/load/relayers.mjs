import { rawClient } from './raw-client.mjs'

/**
 * Pairs of peers, each in a mesh room of its own, of whom one sends candidates to the other.
 *
 * - `{ type: 'open', url, pairs }` → `{ type: 'opened' }`
 * - `{ type: 'saturate', relays, window }` → `{ type: 'saturated', perSecond }`: so many on their way in each pair at
 *   once; the next goes when one has arrived
 * - `{ type: 'pace', perSecond, seconds }` → `{ type: 'paced', p50, p99, missing }`: at this rate, whatever arrives
 */

/** What Chromium sends for a candidate, give or take. */
const candidate = {
  candidate:
    'candidate:842163049 1 udp 1677729535 203.0.113.77 46154 typ srflx raddr 10.0.0.17 rport 46154 generation 0 ufrag 7jHk network-cost 999',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: '7jHk',
}

/** @type {Array<{ send: () => void, arrived: (packet: string) => void }>} */
const pairs = []

const open = async (/** @type {{ url: string, pairs: number }} */ job) => {
  for (let index = 0; index < job.pairs; index++) {
    const pair = { send: () => {}, arrived: (/** @type {string} */ _packet) => {} }
    const receiver = await rawClient(job.url, {
      onEvent: (event, packet) => {
        if (event === 'webrtc:ice') pair.arrived(packet)
      },
    })
    const sender = await rawClient(job.url, { onEvent: () => {} })
    const roomCode = `pair-${index}`
    const { peerId } = await receiver.ask('join:room', { roomCode, create: true })
    await sender.ask('join:room', { roomCode })
    pair.send = () =>
      sender.tell('webrtc:ice', {
        targetPeerId: peerId,
        negotiation: Math.round(performance.now() * 1_000),
        candidate,
      })
    pairs.push(pair)
  }
}

const saturate = async (/** @type {{ relays: number, window: number }} */ { relays, window }) => {
  let sent = 0
  let arrived = 0
  const began = performance.now()
  await new Promise((resolve) => {
    for (const pair of pairs) {
      const next = () => {
        if (sent++ < relays) pair.send()
      }
      pair.arrived = () => {
        if (++arrived === relays) resolve(undefined)
        else next()
      }
      for (let count = 0; count < window; count++) next()
    }
  })
  return { type: 'saturated', perSecond: relays / ((performance.now() - began) / 1_000) }
}

const sentAt = (/** @type {string} */ packet) =>
  Number.parseInt(packet.slice(packet.indexOf('"negotiation":') + 14), 10) / 1_000

const pace = async (/** @type {{ perSecond: number, seconds: number }} */ { perSecond, seconds }) => {
  /** @type {number[]} */
  const waits = []
  for (const pair of pairs) pair.arrived = (packet) => void waits.push(performance.now() - sentAt(packet))
  const began = performance.now()
  const all = perSecond * seconds
  for (let sent = 0; sent < all;) {
    const due = Math.min(all, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    for (; sent < due; sent++) pairs[sent % pairs.length]?.send()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const until = performance.now() + 2_000
  while (waits.length < all && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20))
  waits.sort((left, right) => left - right)
  const at = (/** @type {number} */ share) => waits[Math.floor(waits.length * share)] ?? NaN
  return { type: 'paced', p50: at(0.5), p99: at(0.99), missing: all - waits.length }
}

process.on('message', async (/** @type {any} */ job) => {
  if (job.type === 'open') {
    await open(job)
    process.send?.({ type: 'opened' })
  } else if (job.type === 'saturate') {
    process.send?.(await saturate(job))
  } else if (job.type === 'pace') {
    process.send?.(await pace(job))
  }
})
process.on('disconnect', () => process.exit(0))
