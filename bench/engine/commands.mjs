/**
 * What the engine itself costs: CPU for a command and for a tick, from `submit` to the answer, with no socket. Once on
 * a store that keeps nothing, once on the memory store. `node bench/engine/commands.mjs` after `npm run build`;
 * with `--cpu-prof` before the path it shows where the time goes.
 */
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import * as TE from '#fp/TaskEither'
import { createEngine } from '../../dist/application/engine/index.js'
import { commandId, connectionId, memberId, roomId, sessionKey } from '../../dist/domain/kernel/ids.js'
import { builtInModel } from '../../dist/plugins.js'
import { systemClock } from '../../dist/infrastructure/clock/system-clock.js'
import { systemEntropy } from '../../dist/infrastructure/entropy/system-entropy.js'
import { memoryEventStore } from '../../dist/infrastructure/storage/memory-event-store.js'

const rooms = Array.from({ length: 600 }, (_, place) => roomId(`room-${place}`))
const ann = memberId('ann')
const roundsOfCommands = 100

/** Accepts everything and keeps nothing. */
const forgetful = () => ({
  commit: (appends) => () => Promise.resolve(appends.map(() => ({ type: 'appended' }))),
  read: () => TE.right([]),
  find: () => TE.right(O.none),
  list: () => TE.right([]),
  awaiting: () => TE.right([]),
  roomsOf: () => TE.right([]),
  remove: () => TE.right(false),
  close: () => Promise.resolve(),
})

/** A machine whose time is pushed on by hand, so that 5 seconds of ticks are measured without waiting for them. */
const machine = () => {
  let steadyMs = 0
  let timer = null
  return {
    wallMs: () => 1_767_225_600_000,
    steadyMs: () => steadyMs,
    setTimer: (run, delayMs) => {
      timer = { run, at: steadyMs + delayMs }
      return () => {
        timer = null
      }
    },
    pass: (ms) => {
      steadyMs += ms
      while (timer !== null && timer.at <= steadyMs) {
        const { run } = timer
        timer = null
        run()
      }
    },
  }
}

const nothing = () => undefined
const monitor = {
  committed: nothing,
  rejected: nothing,
  faulted: nothing,
  conflicted: nothing,
  late: nothing,
  defect: (_room, error) => {
    throw error
  },
}

const enter = {
  type: 'enter',
  dialect: 'picker',
  role: 'broadcaster',
  memberId: ann,
  session: sessionKey('session'),
  connection: connectionId('connection'),
  name: 'Ann',
  userId: null,
  token: null,
  creates: true,
  rules: { maxPeers: 10, history: 'own' },
  activates: 'random-picker',
}
const act = (module, command) => ({ type: 'act', module, command })
const start = act('random-picker', {
  type: 'start',
  members: [{ name: 'Ann' }, { name: 'Bob' }, { name: 'Cy' }],
})

const measured = async (label, count, work) => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  console.log(`${label.padEnd(58)} ${((user + system) / count).toFixed(2).padStart(7)} µs`)
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const run = async (name, store) => {
  const time = machine()
  let delivered = 0
  const deliver = () => {
    delivered++
  }
  const engine = createEngine({
    model: builtInModel,
    store,
    clock: systemClock(time),
    entropy: systemEntropy(),
    publisher: { prepare: () => deliver },
    monitor,
    graceMs: 15_000,
    retentionMs: 86_400_000,
  })
  await engine.start()

  const ask = (room, command, cause = null) =>
    new Promise((resolve, reject) => {
      const answer = (result) => (E.isLeft(result) ? reject(new Error(result.left.type)) : resolve())
      engine.submit(room, { command, by: ann, cause, reply: answer })
    })
  const everywhere = (command, cause) => Promise.all(rooms.map((room) => ask(room, command, cause)))

  for (const room of rooms) engine.hold(room)
  await everywhere(enter)
  await everywhere({ type: 'activate', activity: 'poll', options: null })

  const commands = rooms.length * roundsOfCommands
  for (const phase of ['warm up', 'measured']) {
    const report = phase === 'measured' ? measured : (_label, _count, work) => work()
    await report(`${name}: a look`, commands, async () => {
      for (let round = 0; round < roundsOfCommands; round++) await everywhere(null)
    })
    await report(`${name}: a command that writes one record`, commands, async () => {
      for (let round = 0; round < roundsOfCommands; round++) {
        await everywhere(act('poll', { type: 'relay', event: 'said', payload: round }))
      }
    })
    await report(`${name}: the same with an id that is remembered`, commands, async () => {
      for (let round = 0; round < roundsOfCommands; round++) {
        const cause = { id: commandId(`${phase}-${round}`), digest: 'digest' }
        await everywhere(act('poll', { type: 'relay', event: 'said', payload: round }), cause)
      }
    })
    await report(`${name}: 100 at once in one room`, commands, async () => {
      for (let round = 0; round < commands / 100; round++) {
        const room = rooms[round % rooms.length]
        const command = act('poll', { type: 'relay', event: 'said', payload: round })
        await Promise.all(Array.from({ length: 100 }, () => ask(room, command)))
      }
    })
    await everywhere(start)
    delivered = 0
    await report(`${name}: a tick, all rooms drawing in the same 5 s`, rooms.length * 50, async () => {
      for (let count = 0; count < 50; count++) {
        time.pass(100)
        await turn()
      }
    })
    if (delivered !== rooms.length * 52)
      throw new Error(`${delivered} records instead of ${rooms.length * 52}`)
  }
  await engine.stop()
}

await run('keeping nothing', forgetful())
await run('memory', memoryEventStore())
