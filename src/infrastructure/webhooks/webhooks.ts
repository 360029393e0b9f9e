import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore, StoreFault } from '../../application/ports/event-store.js'
import type { Publisher } from '../../application/ports/publisher.js'
import { createQueue } from '../../application/engine/room/queue.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import type { AttemptPorts } from './attempt.js'
import { attempt } from './attempt.js'
import { openCursorBook } from './cursor-book.js'
import type { Cursors } from './cursors.js'
import type { WebhookLimits } from './limits.js'
import { defaultWebhookLimits } from './limits.js'
import type { Line } from './line.js'
import { giveUp, joinLine, newLine } from './line.js'
import { messageOf } from './message.js'
import { givenUpAfterMs, retryDelayMs } from './retrying.js'
import { openSurvey } from './survey.js'
import { switchedOn } from './switching.js'
import { unreadOf } from './unread.js'
import type { WebhookWatch } from './watch.js'

export interface WebhookPorts extends AttemptPorts {
  readonly store: Pick<EventStore, 'find' | 'list' | 'read'>
  readonly cursors: Cursors
  readonly entropy: Entropy
  readonly watch: WebhookWatch
  readonly limits?: Partial<WebhookLimits>
}

/** Tells a receiver who comes and who goes: each event at least once, those of one room in their order. */
export interface Webhooks {
  /** Before the engine starts. Then finds what the last run has not delivered. */
  readonly start: () => Promise<Either<StoreFault, void>>
  /** For the engine: what it delivers here is durable. */
  readonly publisher: Publisher
  /** Whether something in this room's log may still have to be delivered. */
  readonly isWaiting: (room: RoomId) => boolean
  /** What waits, as far as it is in memory: rooms, and events of them. */
  readonly load: () => { readonly rooms: number; readonly events: number }
  /** Ends requests and timers, and writes down how far it came. */
  readonly stop: () => Promise<void>
}

/**
 * The log is the truth, and what is kept here is only what is next: an event that finds no space is read from its log
 * when its turn comes, and so is whatever a crash has lost.
 */
export const createWebhooks = (ports: WebhookPorts): Webhooks => {
  const { store, cursors, clock, entropy, watch } = ports
  const limits: WebhookLimits = { ...defaultWebhookLimits, ...ports.limits }
  const lines = new Map<RoomId, Line>()
  /** What is next for these cannot be known. Nothing of them is told before the next start, or it would be passed over. */
  const setAside = new Set<RoomId>()
  const ready = createQueue<Line>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  let events = 0
  let phase: 'on' | 'gone' | 'stopped' = 'on'

  const hasSpace = (): boolean => lines.size < limits.rooms

  const book = openCursorBook(cursors, clock, (fault) => watch.faulted(null, fault))
  const survey = openSurvey({
    store,
    book,
    clock,
    hasSpace,
    page: limits.page,
    found: (room) => {
      if (!lines.has(room) && !setAside.has(room)) openLine(room, true)
    },
    faulted: (fault) => watch.faulted(null, fault),
  })

  const tell = (attendance: MembershipChange): void => {
    const { room } = attendance
    if (phase !== 'on' || setAside.has(room)) return
    const known = lines.get(room)
    // Its log has it; when there is space again all logs are looked through for what was passed over.
    if (known === undefined && !hasSpace()) return survey.begin()
    const line = known ?? openLine(room, !survey.hasSeen(room))
    const hasRoom = line.waiting.length < limits.eventsPerRoom && events < limits.events
    changing(line, () => joinLine(line, attendance, hasRoom))
  }

  const openLine = (room: RoomId, behind: boolean): Line => {
    const line: Line = { ...newLine(room), behind }
    lines.set(room, line)
    ready.push(line)
    // A moment later, so that what comes in the same turn of the event loop is there by then.
    void Promise.resolve().then(pump)
    return line
  }

  /** Keeps count of what waits in all lines. */
  const changing = <Result>(line: Line, change: () => Result): Result => {
    events -= line.waiting.length
    const result = change()
    events += line.waiting.length
    return result
  }

  const pump = (): void => {
    while (phase === 'on' && running.size < limits.requests) {
      const line = ready.shift()
      if (line === undefined) return
      const work: Promise<void> = turn(line)
        .catch((error: unknown) => {
          watch.defect(line.room, error)
          putAside(line)
        })
        .finally(() => {
          running.delete(work)
          pump()
        })
      running.add(work)
    }
  }

  const turn = async (line: Line): Promise<void> => {
    for (let sent = 0; sent < limits.inTurn; sent++) {
      if (line.waiting.length === 0 && !(await readOn(line))) return
      const [next] = line.waiting
      if (next === undefined) return through(line)
      const outcome = await attempt(messageOf(next), stopping.signal, ports)
      watch.attempted(outcome)
      if (phase !== 'on') return
      switch (outcome.type) {
        case 'delivered':
          delivered(line, next)
          break
        case 'stopped':
          return
        case 'gone':
          return isGone()
        case 'refused':
        case 'unreachable':
        case 'timeout':
          return failed(line, next)
      }
    }
    ready.push(line)
  }

  /** Fills the line from the log, if there is more. Tells whether there is anything to go on with. */
  const readOn = async (line: Line): Promise<boolean> => {
    while (line.behind && line.waiting.length === 0) {
      line.news = false
      const { room } = line
      const found = await book.find([room])
      const cursor = E.isLeft(found) ? undefined : found.right.get(room)
      const unread = E.isLeft(found) ? found : await unreadOf(store, room, cursor, limits.eventsPerRoom)
      if (phase !== 'on') return false
      if (E.isLeft(unread)) {
        unreadable(line, unread.left)
        return false
      }
      const { attendances = [], readTo = null, more = false } = unread.right ?? {}
      changing(line, () => {
        line.waiting = [...attendances]
      })
      line.readTo = readTo
      line.behind = more || line.news
      line.failingSince ??= cursor?.failingSince ?? null
      giveUpOld(line)
    }
    return true
  }

  const unreadable = (line: Line, fault: StoreFault): void => {
    watch.faulted(line.room, fault)
    switch (fault.type) {
      case 'unavailable':
        line.failures++
        return rest(line)
      case 'corrupt':
        return putAside(line)
    }
  }

  const putAside = (line: Line): void => {
    setAside.add(line.room)
    closeLine(line)
  }

  const delivered = (line: Line, { room, epoch, seq }: MembershipChange): void => {
    changing(line, () => line.waiting.shift())
    line.failures = 0
    line.failingSince = null
    line.givesUpTo = null
    book.note(room, { epoch, seq, failingSince: null })
  }

  const failed = (line: Line, { room, epoch, seq }: MembershipChange): void => {
    const now = clock.now()
    line.failures++
    if (line.failingSince === null) {
      line.failingSince = now
      // All before it was delivered: a line begins where nothing waits, or where the cursor is.
      book.note(room, { epoch, seq: seq - 1, failingSince: now })
    }
    if (now - line.failingSince >= givenUpAfterMs) line.givesUpTo = now - givenUpAfterMs
    giveUpOld(line)
    if (events > limits.events) forgetAllButNext(line)
    rest(line)
  }

  const giveUpOld = (line: Line): void => {
    const given = changing(line, () => giveUp(line))
    if (given === undefined) return
    const { room, epoch, seq } = given.last
    book.note(room, { epoch, seq, failingSince: line.failingSince })
    watch.givenUp(room, seq, given.events)
  }

  const forgetAllButNext = (line: Line): void => {
    if (line.waiting.length <= 1) return
    changing(line, () => {
      line.waiting = line.waiting.slice(0, 1)
    })
    line.behind = true
  }

  const rest = (line: Line): void => {
    line.wake = clock.schedule(clock.now() + retryDelayMs(line.failures, entropy), () => {
      line.wake = null
      ready.push(line)
      pump()
    })
  }

  const through = (line: Line): void => {
    if (line.readTo !== null) book.note(line.room, { ...line.readTo, failingSince: null })
    closeLine(line)
  }

  const closeLine = (line: Line): void => {
    lines.delete(line.room)
    events -= line.waiting.length
    // Not at every one: looking through the logs for one room costs as much as for many.
    if (lines.size <= limits.rooms / 2) survey.goOn()
  }

  const isGone = (): void => {
    if (phase !== 'on') return
    end('gone')
    void survey.stop()
    watch.gone()
  }

  const end = (how: 'gone' | 'stopped'): void => {
    phase = how
    stopping.abort()
    for (const { wake } of lines.values()) wake?.()
    lines.clear()
    ready.drain()
    events = 0
  }

  return {
    start: async () => {
      const on = await switchedOn(store, cursors)
      if (E.isRight(on)) survey.begin()
      return on
    },
    publisher: {
      prepare: (record, before, after) => {
        const attendance = membershipChangeOf(record, before, after)
        return attendance === undefined ? nothing : () => tell(attendance)
      },
    },
    isWaiting: (room) => phase === 'on' && (lines.has(room) || setAside.has(room) || !survey.hasSeen(room)),
    load: () => ({ rooms: lines.size, events }),
    stop: async () => {
      end('stopped')
      await survey.stop()
      await Promise.all(running)
      await book.close()
    },
  }
}

const nothing = (): void => undefined
