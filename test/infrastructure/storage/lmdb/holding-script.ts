import { writeSync } from 'node:fs'
import * as E from '#fp/Either'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'

/** Opens a folder, prints the outcome, and keeps the folder open until it is killed. */
const opened = await openLmdbEventStore({ folder: process.argv[2] ?? '', durability: 'disk' })()
writeSync(1, E.isRight(opened) ? 'open\n' : `${opened.left.type}: ${opened.left.problem}\n`)
setInterval(() => undefined, 1_000)
