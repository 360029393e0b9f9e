import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { arch, cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measureCommands } from './measure/commands.mjs'
import { measureDelivery } from './measure/delivery.mjs'
import { measureHeap } from './measure/heap.mjs'
import { measureRecovery } from './measure/recovery.mjs'
import { measureRelays } from './measure/relays.mjs'
import { measureRooms } from './measure/rooms.mjs'
import { measureStore } from './measure/store.mjs'
import { measureStorm } from './measure/storm.mjs'
import { contestants, setBaseline } from './processes.mjs'

/**
 * Measures all servers side by side in one run, each server and each load in its own process, and writes `RESULTS.md`
 * after about ten minutes. `npm run bench -- delivery heap` measures only those and writes nothing.
 * `npm run bench -- delivery --baseline ../other` also measures another built checkout of Roomreel, in turn with this one.
 */

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { baseline: { type: 'string' } },
})
const { baseline } = options
if (baseline !== undefined) setBaseline(baseline)

/** @type {import('./processes.mjs').Contestant[]} */
const names =
  baseline === undefined
    ? ['roomreel', 'bare-socket-io', 'plain-nest']
    : ['roomreel', 'baseline', 'bare-socket-io']

/** Of this checkout, to bare Socket.IO. */
const ratioToBare = (/** @type {any[]} */ results, /** @type {string} */ figure) => {
  const of = (/** @type {string} */ name) => results.find((result) => result.name === name)?.[figure] ?? NaN
  return of('roomreel') / of('bare-socket-io')
}

/** @typedef {{ no: number, what: string, aim: string, cells: string[], notes?: string[] }} Row */

const number = (/** @type {number} */ value, digits = 1) =>
  value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })

const inTurn = async (
  /** @type {(name: import('./processes.mjs').Contestant) => Promise<any>} */ measure,
) => {
  const results = []
  for (const name of names) results.push(await measure(name))
  return results
}

/** @returns {Promise<Row>} */
const roomsStarted = async (/** @type {string} */ how, /** @type {number} */ startsOverMs) => {
  const results = await inTurn((name) => measureRooms(name, startsOverMs))
  return {
    no: 2,
    what: `rooms of 10 that draw at once, started ${how}, with p99 lateness ≤ 20 ms; drift at tick 50 there, median and worst`,
    aim: '≥ 600, none early, drift ≤ 2 ms',
    cells: results.map(({ rooms, steps }) => {
      const at = steps.find((/** @type {any} */ step) => step.rooms === rooms)
      if (at === undefined) return `under ${steps[0]?.rooms}`
      return `${rooms}; ${number(at.driftP50)} and ${number(at.driftMax)} ms; ${at.early} early`
    }),
    notes: results.map(
      ({ name, steps }) =>
        `${name}: ${steps.map((/** @type {any} */ step) => `${step.rooms}: p99 ${number(step.p99)} ms`).join(', ')}`,
    ),
  }
}

/** @type {Record<string, () => Promise<Row>>} */
const measurements = {
  delivery: async () => {
    const results = await measureDelivery(names)
    const ratio = ratioToBare(results, 'micros')
    return {
      no: 1,
      what: 'server CPU per delivered highlight, one room of 1 000',
      aim: '≤ 0.8 × bare Socket.IO',
      cells: results.map(({ micros }) => `${number(micros)} µs`),
      notes: [
        `${number(ratio, 2)} × bare Socket.IO; medians of ${results[0]?.all.length} draws each, in turn`,
      ],
    }
  },
  rooms: () => roomsStarted('spread over a second', 1_000),
  together: () => roomsStarted('in one instant', 0),
  commands: async () => {
    const results = await measureCommands(names)
    return {
      no: 3,
      what: 'server CPU per acknowledged command (checked, durable where there is a log, told to a room of one)',
      aim: '≤ 60 µs',
      cells: results.map(({ micros, perSecond }) => `${number(micros)} µs; ${number(perSecond, 0)}/s`),
    }
  },
  heap: async () => {
    const results = await inTurn(measureHeap)
    return {
      no: 4,
      what: 'heap per idle joined connection',
      aim: '≤ 16 KB',
      cells: results.map(({ bytes }) => `${number(bytes / 1_000)} KB`),
    }
  },
  store: async () => {
    const { appendsPerSecond, appendP99Ms, eventsPerSecond, notes } = await measureStore()
    return {
      no: 5,
      what: 'durable appends per second and their p99; events replayed per second',
      aim: '≥ 60 000/s; ≥ 500 000/s',
      cells: [
        `${number(appendsPerSecond, 0)}/s, p99 ${number(appendP99Ms)} ms; ${number(eventsPerSecond, 0)}/s replayed`,
        '–',
        '–',
      ],
      notes,
    }
  },
  relays: async () => {
    const results = await measureRelays(names)
    const ratio = ratioToBare(results, 'perSecond')
    return {
      no: 8,
      what: 'signals passed from one peer to another, per second at most; p99 at half of that',
      aim: '≥ 0.9 × bare Socket.IO',
      cells: results.map(
        ({ perSecond, micros, p99 }) =>
          `${number(perSecond, 0)}/s, ${number(micros)} µs of CPU; p99 ${number(p99)} ms`,
      ),
      notes: [`${number(ratio, 2)} × bare Socket.IO`],
    }
  },
  storm: async () => {
    const described = (/** @type {any} */ { lastMs, quietAfterMs, heard, cpuMs }) =>
      `all acknowledged after ${number(lastMs / 1_000, 2)} s, all events received after ${number(quietAfterMs / 1_000, 2)} s by ${number(heard, 0)} messages (${number(cpuMs / 1_000, 2)} s of CPU)`
    /** @type {string[]} */
    const cells = []
    let clients = 0
    for (const name of names) {
      if (name !== 'roomreel' && name !== 'baseline') {
        cells.push('–')
        continue
      }
      const viewers = await measureStorm(name, 'viewer-join')
      const members = await measureStorm(name, 'join')
      clients = viewers.clients
      cells.push(`${described(viewers)}; ${described(members)}`)
    }
    return {
      no: 9,
      what: `${number(clients, 0)} clients join one room in one instant: by viewer-join; by native join with auth.batch`,
      aim: 'all acknowledged ≤ 2 s',
      cells,
    }
  },
  recovery: async () => {
    const { rooms, seconds, records } = await measureRecovery()
    const before = baseline === undefined ? undefined : await measureRecovery(baseline)
    return {
      no: 7,
      what: `time to recover ${number(rooms, 0)} rooms (${number(records, 0)} records), all members away and durable`,
      aim: '≤ 5 s',
      cells: [`${number(seconds, 2)} s`, before === undefined ? '–' : `${number(before.seconds, 2)} s`, '–'],
    }
  },
}

const chosen = wanted.length === 0 ? Object.keys(measurements) : wanted
/** @type {Row[]} */
const rows = []
for (const name of chosen) {
  const measure = measurements[name]
  if (measure === undefined) {
    console.error(`there is no measurement ${name}; there are ${Object.keys(measurements).join(', ')}`)
    process.exit(2)
  }
  const row = await measure()
  rows.push(row)
  console.log(`${row.what} (aim ${row.aim})`)
  names.forEach((contestant, place) => console.log(`  ${contestant}: ${row.cells[place]}`))
  for (const note of row.notes ?? []) console.log(`  ${note}`)
}

if (wanted.length === 0 && baseline === undefined) {
  const version = (/** @type {string} */ name) =>
    JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const lines = [
    '# Results',
    '',
    'Written by `npm run bench`; what is measured and how is said in `run.mjs` and `measure/`. The machine is small and',
    'shared: ratios within one run count, not single times.',
    '',
    `- ${new Date().toISOString().slice(0, 10)}, commit ${commit}`,
    `- ${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${arch()}`,
    `- Node ${process.version}, socket.io ${version('socket.io')}, @nestjs/core ${version('@nestjs/core')}, lmdb ${version('lmdb')}`,
    '',
    `| what | aim | ${names.map((name) => contestants[name].what).join(' | ')} |`,
    `| --- | --- | ${names.map(() => '---').join(' | ')} |`,
    ...rows.map(({ what, aim, cells }) => `| ${what} | ${aim} | ${cells.join(' | ')} |`),
    '',
    ...rows.flatMap(({ what, notes = [] }) => notes.map((note) => `- ${what}: ${note}`)),
    '',
  ]
  await writeFile(fileURLToPath(new URL('RESULTS.md', import.meta.url)), lines.join('\n'))
}
