import { createEngine } from '../../dist/application/engine/index.js'
import { builtInModel } from '../../dist/plugins.js'
import { systemClock } from '../../dist/infrastructure/clock/system-clock.js'
import { systemEntropy } from '../../dist/infrastructure/entropy/system-entropy.js'
import { openLmdbEventStore } from '../../dist/infrastructure/storage/lmdb-event-store.js'

const membersEach = 3
const drawsEvery = 10

const [step, folder = '', count = '0'] = process.argv.slice(2)

const opened = await openLmdbEventStore({ folder, durability: 'disk' })()
if (opened._tag === 'Left') throw new Error(opened.left.problem)
const nothing = () => {}
const engine = createEngine({
  model: builtInModel,
  store: opened.right,
  clock: systemClock(),
  entropy: systemEntropy(),
  publisher: { prepare: () => nothing },
  monitor: {
    committed: nothing,
    rejected: nothing,
    late: nothing,
    conflicted: nothing,
    faulted: (_room, fault) => console.error(fault),
    defect: (_room, error) => console.error(error),
  },
  graceMs: 15_000,
  retentionMs: 30 * 86_400_000,
})

const ask = (/** @type {any} */ room, /** @type {any} */ command, /** @type {any} */ by) =>
  new Promise((resolve, reject) => {
    engine.submit(room, {
      command,
      by,
      cause: null,
      reply: (answer) =>
        answer._tag === 'Right' ? resolve(answer.right) : reject(new Error(answer.left.type)),
    })
  })

/** A room with three members, and in every tenth a draw under way. */
const fillRoom = async (/** @type {number} */ index) => {
  const room = `recovered-${index}`
  let seq = 0
  for (let member = 0; member < membersEach; member++) {
    const id = `member-${index}-${member}`
    const entered = await ask(
      room,
      {
        type: 'enter',
        dialect: 'picker',
        role: member === 0 ? 'broadcaster' : 'viewer',
        memberId: id,
        session: `session-${index}-${member}`,
        connection: id,
        name: `Member ${member}`,
        userId: null,
        token: null,
        creates: true,
        rules: { maxPeers: 10, history: 'own' },
        activates: 'random-picker',
      },
      id,
    )
    seq = entered.seq
  }
  if (index % drawsEvery !== 0) return seq
  const members = Array.from({ length: 20 }, (_, place) => ({ name: `Candidate ${place}` }))
  const started = await ask(
    room,
    { type: 'act', module: 'random-picker', command: { type: 'start', members } },
    `member-${index}-0`,
  )
  return started.seq
}

if (step === 'fill') {
  let next = 0
  let records = 0
  const lane = async () => {
    while (next < Number(count)) {
      const seq = await fillRoom(next++)
      records += seq
    }
  }
  await Promise.all(Array.from({ length: 500 }, lane))
  process.send?.({ records })
} else {
  const began = performance.now()
  const started = await engine.start()
  if (started._tag === 'Left') throw new Error('the store did not answer')
  process.send?.({ seconds: (performance.now() - began) / 1_000, recovered: started.right.rooms })
}
