import 'reflect-metadata'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { CommandBus, CqrsModule, EventsHandler } from '@nestjs/cqrs'
import {
  SubmitRoomCommand,
  connectionId,
  ENGINE,
  memberId,
  memoryEventStore,
  RoomEventCommitted,
  RoomreelCqrsModule,
  RoomreelModule,
  roomId,
  sessionKey,
} from '../../dist/index.js'

/**
 * What @nestjs/cqrs costs on the command path: the same command to the same engine on the memory store, asked of the
 * engine, by the command bus, and by the command bus with every committed event on the event bus and one handler.
 *
 *     npm run build && node bench/cqrs/run.mjs [--write]
 */

const rounds = 9
const commands = 20_000
/** As many are under way at a time as a busy room has. */
const atOnce = 100

const room = roomId('bench')
const by = memberId('member')
const say = { type: 'act', module: 'echo', command: { type: 'relay', event: 'say', payload: { n: 1 } } }

let heard = 0
class Listener {
  handle() {
    heard++
  }
}
EventsHandler(RoomEventCommitted)(Listener)

const contestant = async (/** @type {boolean} */ committedEvents) => {
  class Application {}
  Module({
    imports: [
      RoomreelModule.forRoot({ store: memoryEventStore() }),
      CqrsModule.forRoot(),
      RoomreelCqrsModule.forRoot({ committedEvents }),
    ],
    providers: [Listener],
  })(Application)
  const application = await NestFactory.createApplicationContext(Application, { logger: false })
  const bus = application.get(CommandBus)
  const enter = {
    type: 'enter',
    dialect: 'native',
    role: 'member',
    memberId: by,
    session: sessionKey('session'),
    connection: connectionId('connection'),
    name: null,
    userId: null,
    token: null,
    creates: true,
    rules: { maxPeers: 10, history: 'own' },
    activates: null,
  }
  for (const command of [enter, { type: 'activate', activity: 'echo', options: null }]) {
    const { _tag } = await bus.execute(new SubmitRoomCommand(room, command, by))
    if (_tag !== 'Right') throw new Error(`${command.type} was refused`)
  }
  return { application, bus, engine: application.get(ENGINE) }
}

const measured = async (/** @type {() => Promise<{ _tag: string }>} */ ask) => {
  const before = process.cpuUsage()
  for (let done = 0; done < commands; done += atOnce) {
    const answers = await Promise.all(Array.from({ length: atOnce }, ask))
    if (answers.some(({ _tag }) => _tag !== 'Right')) throw new Error('a command was refused')
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / commands
}

const median = (/** @type {number[]} */ values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN

// One after the other in each round, so that what slows the machine slows all of them; the first round is to warm up.
/** @type {Record<string, number[]>} */
const micros = { engine: [], 'command bus': [], 'command and event bus': [] }
for (let round = 0; round <= rounds; round++) {
  for (const [name, values] of Object.entries(micros)) {
    // A log of its own each time: it grows with every command, and so would its cost.
    const { application, bus, engine } = await contestant(name === 'command and event bus')
    const ask =
      name === 'engine'
        ? () => new Promise((answer) => engine.submit(room, { command: say, by, cause: null, answer }))
        : () => bus.execute(new SubmitRoomCommand(room, say, by))
    heard = 0
    const value = await measured(ask)
    if (name === 'command and event bus' && heard !== commands) throw new Error(`${heard} events were heard`)
    if (round > 0) values.push(value)
    await application.close()
  }
}

const base = median(micros['engine'] ?? [])
const lines = [
  '# What @nestjs/cqrs costs on the command path',
  '',
  `CPU per command, median of ${rounds} rounds of ${commands} commands (${atOnce} under way) on the memory store.`,
  `${cpus()[0]?.model.trim()} × ${cpus().length}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}.`,
  '',
  '| asked by | µs per command | more than the engine |',
  '| --- | --- | --- |',
  ...Object.entries(micros).map(([name, values]) => {
    const value = median(values)
    return `| ${name} | ${value.toFixed(2)} | ${name === 'engine' ? '' : `${(value - base).toFixed(2)} µs`} |`
  }),
  '',
]
console.log(lines.join('\n'))
if (process.argv.includes('--write')) {
  await writeFile(new URL('RESULTS.md', import.meta.url), lines.join('\n'))
}
