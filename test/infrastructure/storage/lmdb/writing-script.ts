import { writeSync } from 'node:fs'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import { appending } from './appending.js'

/**
 * Writes groups of three records a room, one group after the other and two at once, and says of each room how far it
 * has been acknowledged: `room seq`. Of what failed it says `room failed problem`, and tries that room's place again,
 * from where the store says that the log ends. Until it is killed, or has tried often enough.
 */
const [folder = '', durability = 'disk', rooms = '20', rounds = '1000000', text = 'hello'] =
  process.argv.slice(2)

const say = (line: string): void => void writeSync(1, `${line}\n`)

const opened = await openLmdbEventStore({ folder, durability: durability === 'disk' ? 'disk' : 'process' })()
if (E.isLeft(opened)) throw new Error(opened.left.problem)
const store = opened.right

const write = async (prefix: string): Promise<void> => {
  const names = Array.from({ length: Number(rooms) }, (_, number) => roomId(`${prefix}-${number}`))
  const ends = new Map<string, number>()
  for (const room of names) {
    const found = await store.find(room)()
    if (E.isRight(found) && found.right._tag === 'Some') ends.set(room, found.right.value.seq)
  }
  for (let round = 0; round < Number(rounds); round++) {
    const group = names.map((room) => appending(room, ends.get(room) ?? 0, 3, { text, due: round }))
    const outcomes = await store.commit(group)()
    for (const [place, outcome] of outcomes.entries()) {
      const room = names[place] ?? roomId('none')
      if (outcome.type === 'appended') {
        const end = (ends.get(room) ?? 0) + 3
        ends.set(room, end)
        say(`${room} ${end}`)
      } else if (outcome.type === 'conflict') {
        ends.set(room, outcome.actual?.seq ?? 0)
        say(`${room} conflict`)
      } else say(`${room} failed ${outcome.fault.type}: ${outcome.fault.problem}`)
    }
  }
}

say('open')
await Promise.all([write('left'), write('right')])
await store.close()
say('closed')
