import * as E from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { EventStore, IndexEntry, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import { createSingleTimer } from '../../application/engine/room/single-timer.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { CursorBook } from './cursor-book.js'

/** Looks through all rooms for those whose log goes on behind their cursor. */
export interface Survey {
  /** Begins, or begins again: something was not noticed, and nobody knows where. */
  readonly begin: () => void
  /** Goes on, if it was waiting for space. */
  readonly goOn: () => void
  /** Whether whatever this room has behind its cursor has been noticed. */
  readonly hasSeen: (room: RoomId) => boolean
  /** Resolves when nothing more is asked of the store. */
  readonly stop: () => Promise<void>
}

export interface SurveyPorts {
  readonly store: Pick<EventStore, 'list'>
  readonly book: Pick<CursorBook, 'find'>
  readonly clock: Clock
  /** Told of each room that has something, in the order of their names. */
  readonly found: (room: RoomId) => void
  /** Whether another may be found now. */
  readonly hasSpace: () => boolean
  readonly page: number
  readonly faulted: (fault: StoreFault) => void
}

/** The store did not answer. */
const againAfterMs = 5_000

export const openSurvey = (ports: SurveyPorts): Survey => {
  const { store, book, clock, found, hasSpace, faulted } = ports
  /** All rooms up to this name have been looked at; `null`: none yet. */
  let seenTo: RoomId | null = null
  let isDone = false
  /** Counts the beginnings, so that a page which was asked for before the last one is not taken for one after it. */
  let round = 0
  let walking: Promise<void> | null = null
  let stopped = false
  const timer = createSingleTimer(clock)

  const walk = async (): Promise<void> => {
    while (!stopped && !isDone && hasSpace()) {
      const ofRound = round
      const entries = await nextPage()
      if (stopped) return
      if (E.isLeft(entries)) {
        faulted(entries.left)
        return timer.set(clock.now() + againAfterMs, goOn)
      }
      if (ofRound === round) look(entries.right)
    }
  }

  const nextPage = async (): Promise<E.Either<StoreFault, ReadonlyArray<Listed>>> => {
    const listed = await queryStore(() => store.list(seenTo, ports.page))
    if (E.isLeft(listed)) return listed
    const cursors = await book.find(listed.right.map(({ room }) => room))
    if (E.isLeft(cursors)) return cursors
    return E.right(
      listed.right.map((entry) => {
        const cursor = cursors.right.get(entry.room)
        // One that is ahead is wrong as well, and is put right by being looked into.
        return { entry, isBehind: cursor?.epoch !== entry.epoch || cursor.seq !== entry.seq }
      }),
    )
  }

  const look = (listed: ReadonlyArray<Listed>): void => {
    if (listed.length === 0) isDone = true
    for (const { entry, isBehind } of listed) {
      if (isBehind) {
        if (!hasSpace()) return
        found(entry.room)
      }
      seenTo = entry.room
    }
  }

  const goOn = (): void => {
    if (stopped || isDone || walking !== null || timer.at() !== null) return
    walking = walk().finally(() => {
      walking = null
      // Begun again while the last page was on its way.
      if (!isDone && hasSpace()) goOn()
    })
  }

  return {
    begin: () => {
      seenTo = null
      isDone = false
      round++
      goOn()
    },
    goOn,
    hasSeen: (room) => isDone || (seenTo !== null && room <= seenTo),
    stop: async () => {
      stopped = true
      timer.clear()
      await walking
    },
  }
}

interface Listed {
  readonly entry: IndexEntry
  readonly isBehind: boolean
}
