import * as E from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { EventStore, IndexEntry, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import { createSingleTimer } from '../../application/engine/room/single-timer.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { CheckpointWriter } from './checkpoints.js'

/** Lists all rooms to find those whose log has records after their checkpoint. */
export interface RoomScanner {
  /** Starts from the first room again, because the event of an unknown room was dropped. */
  readonly restart: () => void
  /** Continues, if it was waiting for space. */
  readonly resume: () => void
  /** Whether this room's backlog, if it has one, was found. */
  readonly hasScanned: (room: RoomId) => boolean
  /** Resolves when no store query is open. */
  readonly stop: () => Promise<void>
}

export interface RoomScannerPorts {
  readonly store: Pick<EventStore, 'list'>
  readonly checkpoints: Pick<CheckpointWriter, 'find'>
  readonly clock: Clock
  /** Called for each room with a backlog, in the order of their names. */
  readonly onFound: (room: RoomId) => void
  /** Whether there is space for another room. */
  readonly hasSpace: () => boolean
  readonly pageRooms: number
  readonly onFault: (fault: StoreFault) => void
}

/** After a fault of the store. */
const retryMs = 5_000

export const createRoomScanner = (ports: RoomScannerPorts): RoomScanner => {
  const { store, checkpoints, clock, onFound, hasSpace, onFault } = ports
  /** The last scanned room; `null`: none yet. */
  let lastScanned: RoomId | null = null
  let isDone = false
  /** Counts the restarts: a page that was queried before a restart is ignored after it. */
  let round = 0
  let scanning: Promise<void> | null = null
  let isStopped = false
  const timer = createSingleTimer(clock)

  const scan = async (): Promise<void> => {
    while (!isStopped && !isDone && hasSpace()) {
      const startedIn = round
      const entries = await nextPage()
      if (isStopped) return
      if (E.isLeft(entries)) {
        onFault(entries.left)
        return timer.set(clock.now() + retryMs, resume)
      }
      if (startedIn === round) checkPage(entries.right)
    }
  }

  const nextPage = async (): Promise<E.Either<StoreFault, ReadonlyArray<Listed>>> => {
    const listed = await queryStore(() => store.list(lastScanned, ports.pageRooms))
    if (E.isLeft(listed)) return listed
    const found = await checkpoints.find(listed.right.map(({ room }) => room))
    if (E.isLeft(found)) return found
    return E.right(
      listed.right.map((entry) => {
        const checkpoint = found.right.get(entry.room)
        // A checkpoint ahead of its log is wrong, too; reading the backlog corrects it.
        return { entry, isBehind: checkpoint?.epoch !== entry.epoch || checkpoint.seq !== entry.seq }
      }),
    )
  }

  const checkPage = (listed: ReadonlyArray<Listed>): void => {
    if (listed.length === 0) isDone = true
    for (const { entry, isBehind } of listed) {
      if (isBehind) {
        if (!hasSpace()) return
        onFound(entry.room)
      }
      lastScanned = entry.room
    }
  }

  const resume = (): void => {
    if (isStopped || isDone || scanning !== null || timer.at() !== null) return
    scanning = scan().finally(() => {
      scanning = null
      // It was restarted while the last page was queried.
      if (!isDone && hasSpace()) resume()
    })
  }

  return {
    restart: () => {
      lastScanned = null
      isDone = false
      round++
      resume()
    },
    resume,
    hasScanned: (room) => isDone || (lastScanned !== null && room <= lastScanned),
    stop: async () => {
      isStopped = true
      timer.clear()
      await scanning
    },
  }
}

interface Listed {
  readonly entry: IndexEntry
  readonly isBehind: boolean
}
