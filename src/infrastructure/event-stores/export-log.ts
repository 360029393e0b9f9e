import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { Option } from '#fp/Option'
import type { TaskEither } from '#fp/TaskEither'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Keeping, LogHeader } from './codec/log-file.js'
import { headerLine, recordLine } from './codec/log-file.js'
import type { LmdbEventStore } from './lmdb-event-store.js'

const pageRecords = 1_000

/**
 * A room's log as the lines of a file, as it stood when the first was written; nothing where there is no such room.
 * `keeping` says what goes along with the hashed part: usually what is personal, and no secrets. Each record is
 * checked on the way; at one that does not hold it ends with the fault that names it, and the file is short of its
 * header.
 */
export const exportLog =
  (
    store: Pick<LmdbEventStore, 'header' | 'frames'>,
    room: RoomId,
    keeping: Keeping,
    write: (line: string) => void,
  ): TaskEither<StoreFault, Option<LogHeader>> =>
  async () => {
    const found = await store.header(room)()
    if (E.isLeft(found) || O.isNone(found.right)) return found
    const header = found.right.value
    write(headerLine(header))
    for (let after = 0; after < header.count; after += pageRecords) {
      const page = await store.frames(room, after, Math.min(pageRecords, header.count - after))()
      if (E.isLeft(page)) return page
      for (const frame of page.right) write(recordLine(frame, keeping))
    }
    return found
  }
