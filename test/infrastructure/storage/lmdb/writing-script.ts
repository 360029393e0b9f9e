import { writeSync } from 'node:fs'
import * as E from '#fp/Either'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import type { AuditEntry } from '../../../../src/application/ports/audit-trail.js'
import { appendOf } from './sample-appends.js'

/**
 * Writes two sequences of groups with three records and an audit entry for each room, and prints the end of each acknowledged append as
 * `room seq`. A failed append is printed as `room failed problem`, and its room continues at the end of its log.
 */
const [folder = '', durability = 'disk', rooms = '20', rounds = '1000000', text = 'hello'] =
  process.argv.slice(2)

const print = (line: string): void => void writeSync(1, `${line}\n`)

const opened = await openLmdbEventStore({ folder, durability: durability === 'disk' ? 'disk' : 'process' })()
if (E.isLeft(opened)) throw new Error(opened.left.problem)
const store = opened.right

/** The audit entry of an append, named by its end. */
const entryOf = (request: string): AuditEntry => ({
  at: 1,
  user: null,
  isVerified: false,
  roles: [],
  room: null,
  action: 'write',
  target: null,
  outcome: 'accepted',
  reason: null,
  node: 'n',
  address: null,
  request,
})

const write = async (prefix: string): Promise<void> => {
  const names = Array.from({ length: Number(rooms) }, (_, number) => roomId(`${prefix}-${number}`))
  const ends = new Map<string, number>()
  for (const room of names) {
    const found = await store.find(room)()
    if (E.isRight(found) && found.right._tag === 'Some') ends.set(room, found.right.value.seq)
  }
  for (let round = 0; round < Number(rounds); round++) {
    const group = names.map((room) => {
      const end = ends.get(room) ?? 0
      return appendOf(room, end, 3, { text, due: round, audit: [entryOf(`${room} ${end + 3}`)] })
    })
    const outcomes = await store.commit(group)()
    for (const [place, outcome] of outcomes.entries()) {
      const room = names[place] ?? roomId('none')
      if (outcome.type === 'appended') {
        const end = (ends.get(room) ?? 0) + 3
        ends.set(room, end)
        print(`${room} ${end}`)
      } else if (outcome.type === 'conflict') {
        ends.set(room, outcome.actual?.seq ?? 0)
        print(`${room} conflict`)
      } else print(`${room} failed ${outcome.fault.type}: ${outcome.fault.problem}`)
    }
  }
}

print('open')
await Promise.all([write('left'), write('right')])
await store.close()
print('closed')
