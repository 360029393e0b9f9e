import { writeSync } from 'node:fs'
import * as E from '#fp/Either'
import { withoutParts } from '../../../../src/infrastructure/storage/codec/frame.js'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'

/** Erases the personal part of every record. `hold` stops it for good before the new data file takes effect. */
const [folder = '', hold = ''] = process.argv.slice(2)
const print = (line: string): void => void writeSync(1, `${line}\n`)

const opened = await openLmdbEventStore({ folder, durability: 'disk', access: 'read' })()
if (E.isLeft(opened)) throw new Error(opened.left.problem)
print('open')
setInterval(() => undefined, 1_000)
const outcome = await opened.right.replaceData(
  (_room, _seq, frame) => withoutParts(frame, 'personal'),
  async () => {
    print('written')
    if (hold === 'hold') await new Promise(() => undefined)
  },
)()
print(outcome._tag === 'Right' ? 'replaced' : outcome.left.problem)
