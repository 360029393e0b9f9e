// What the lmdb store does in a second: appends in groups, as the engine commits them, and a replay of what is there.
// Needs a build (`npm run build`). `node bench/event-store/append.mjs [rooms] [seconds]`
import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { open as openLmdb } from 'lmdb'
import {
  genesisHash,
  hashedTextIn,
  layoutOf,
  personalIn,
  valueTextIn,
} from '../../dist/infrastructure/storage/codec/frame.js'
import { encodeRecord, isCorruption } from '../../dist/infrastructure/storage/codec/record-codec.js'
import { openLmdbEventStore } from '../../dist/infrastructure/storage/lmdb-event-store.js'

const roomCount = Number(process.argv[2] ?? 600)
const seconds = Number(process.argv[3] ?? 5)

const names = Array.from({ length: roomCount }, (_, number) => `team-room-${number}`)
const epoch = '0123456789abcdef'

/** A tick of a draw: by far the most frequent record. */
const tick = (/** @type {string} */ room, /** @type {number} */ seq) => ({
  type: 'random-picker.highlight',
  data: {
    drawId: `${room}-1`,
    tick: 1 + (seq % 50),
    index: seq % 7,
    member: { id: `#${seq % 7}`, name: 'Ann Miller' },
  },
  room,
  epoch,
  seq,
  at: 1_700_000_000_000 + seq * 100,
  by: null,
  cause: null,
})

const groupAt = (/** @type {number} */ end) =>
  names.map((room) => ({
    room,
    epoch,
    expectedSeq: end,
    records: [tick(room, end + 1)],
    due: 1_700_000_000_000 + end * 100,
    occupied: true,
    addedSessions: [],
    removedSessions: [],
  }))

const round = (/** @type {number} */ number) => Math.round(number).toLocaleString('en')

/** The wall clock, and the CPU time of all threads: on a shared machine the second says more. */
const stopwatch = () => {
  const started = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - started, cpuMs: (user + system) / 1000 }
  }
}

const told = (
  /** @type {string} */ what,
  /** @type {number} */ count,
  /** @type {ReturnType<ReturnType<typeof stopwatch>>} */ { ms, cpuMs },
  rest = '',
) => {
  results.push({ what, perSecond: (count / ms) * 1000, cpuMicros: (cpuMs / count) * 1000 })
  console.log(
    `${what.padEnd(58)} ${round((count / ms) * 1000).padStart(10)} /s ${((cpuMs / count) * 1000).toFixed(2).padStart(7)} µs CPU ${rest}`,
  )
}

/** The printed results as numbers, for a benchmark that runs this one as a part. */
/** @type {Array<{ what: string, perSecond: number, cpuMicros: number, p99Ms?: number }>} */
const results = []

const percentile = (/** @type {Array<number>} */ sorted, /** @type {number} */ part) =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1)

const opened = async (/** @type {string} */ folder, /** @type {'disk' | 'process'} */ durability) => {
  const store = await openLmdbEventStore({ folder, durability })()
  if (store._tag === 'Left') throw new Error(store.left.problem)
  return store.right
}

/** Commits one group after the other, with so many at once on their way. */
const appends = async (
  /** @type {import('../../dist/infrastructure/storage/lmdb-event-store.js').LmdbEventStore} */ store,
  /** @type {string} */ what,
  /** @type {number} */ from,
  /** @type {number} */ atOnce,
) => {
  /** @type {Array<number>} */
  const latencies = []
  const stop = stopwatch()
  const until = performance.now() + seconds * 1000
  let end = from
  /** @type {Array<Promise<void>>} */
  const underWay = []
  while (performance.now() < until) {
    const started = performance.now()
    const group = groupAt(end)
    end += 1
    underWay.push(
      store
        .commit(/** @type {any} */ (group))()
        .then((outcomes) => {
          if (outcomes.some(({ type }) => type !== 'appended')) throw new Error('not appended')
          latencies.push(performance.now() - started)
        }),
    )
    if (underWay.length >= atOnce) await underWay.shift()
  }
  await Promise.all(underWay)
  const watch = stop()
  latencies.sort((left, right) => left - right)
  const spread = `p50 ${percentile(latencies, 0.5)} ms, p99 ${percentile(latencies, 0.99)} ms a group`
  told(what, latencies.length * roomCount, watch, spread)
  Object.assign(results.at(-1) ?? {}, { p99Ms: Number(percentile(latencies, 0.99)) })
  return end
}

const replay = async (
  /** @type {import('../../dist/infrastructure/storage/lmdb-event-store.js').LmdbEventStore} */ store,
  /** @type {number} */ end,
) => {
  for (const pass of ['first', 'warm']) {
    const stop = stopwatch()
    let count = 0
    for (const room of names) {
      const log = await store.read(/** @type {any} */ (room), 0, end)()
      if (log._tag === 'Left') throw new Error(log.left.problem)
      count += log.right.length
    }
    told(`replay, chain and seals verified (${pass})`, count, stop())
  }
}

/** The same reads with less and less done to them: what verifying costs. */
const replayWithout = async (/** @type {string} */ folder, /** @type {number} */ end) => {
  const root = openLmdb({ path: folder, maxDbs: 16, noSubdir: false, readOnly: true })
  const asItIs = {
    encode: (/** @type {any} */ frame) => frame,
    decode: (/** @type {Uint8Array} */ shared) => {
      const frame = Buffer.allocUnsafe(shared.length)
      frame.set(new Uint8Array(shared.buffer, shared.byteOffset, shared.length))
      return frame
    },
  }
  const records = root.openDB(/** @type {any} */ ({ name: 'records', encoder: asItIs }))
  /** @type {Array<[string, (frame: Buffer) => void]>} */
  const steps = [
    [
      'replay without verifying: parsed and merged',
      (frame) => {
        const layout = layoutOf(frame)
        if (layout === undefined) throw new Error('no frame')
        const linked = JSON.parse(hashedTextIn(frame, layout))
        const personal = personalIn(frame, layout)
        Object.assign(linked.data, personal && JSON.parse(valueTextIn(personal)))
      },
    ],
    ['read only: bytes copied out of lmdb', () => {}],
  ]
  for (const [what, step] of steps) {
    const stop = stopwatch()
    let count = 0
    for (const room of names) {
      for (const { value } of records.getRange({ start: [room, 1], end: [room, end + 1] })) {
        step(value)
        count += 1
      }
    }
    told(what, count, stop())
  }
  await root.close()
}

const codecAlone = () => {
  const root = genesisHash(/** @type {any} */ ('team-room-1'), /** @type {any} */ (epoch))
  const count = 200_000
  for (const warm of [true, false]) {
    const stop = stopwatch()
    for (let seq = 1; seq <= count; seq++) {
      if (isCorruption(encodeRecord(/** @type {any} */ (tick('team-room-1', seq)), root)))
        throw new Error('unsealed')
    }
    if (!warm) told('sealing alone', count, stop())
  }
  const bytes = Buffer.alloc(300, 97)
  const stop = stopwatch()
  for (let turn = 0; turn < count; turn++) hash('sha256', bytes, 'binary')
  told('one SHA-256 of 300 bytes', count, stop())
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.version}, lmdb 3.5.6`,
)
console.log(
  `${roomCount} rooms, one record each a group, ${seconds} s each, ${new Date().toISOString().slice(0, 10)}\n`,
)
codecAlone()
for (const durability of /** @type {const} */ (['disk', 'process'])) {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-bench-'))
  try {
    const store = await opened(folder, durability)
    let end = await appends(store, `appends, ${durability}, a group at a time`, 0, 1)
    end = await appends(store, `appends, ${durability}, two groups on their way`, end, 2)
    if (durability === 'disk') await replay(store, end)
    await store.close()
    if (durability === 'disk') await replayWithout(folder, end)
  } finally {
    await rm(folder, { recursive: true })
  }
}
process.send?.(results)
