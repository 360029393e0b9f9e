import * as E from '#fp/Either'
import type { RoomRecord } from '../../ports/event-store.js'
import type { RoomContext } from '../engine-context.js'
import type { DecidedStep, RepeatedCommand } from './decide-request.js'
import { queryStore } from '../query-store.js'
import { createQueue } from './queue.js'
import type { Request, RequestFailure } from '../request.js'

/**
 * Reads the events of repeated commands from the store, one at a time for each room, so that a client that repeats
 * commands delays neither the room nor its answers to others.
 */
export interface RepeatedCommands {
  /** The events are read once they are durable. */
  readonly push: (command: RepeatedCommand, durableSeq: number) => void
  readonly release: (durableSeq: number) => void
  /** Takes out the requests whose events are not known to be in the log. */
  readonly withdraw: () => ReadonlyArray<Request>
  readonly size: () => number
  /** Resolves when no read is open. */
  readonly whenRead: () => Promise<void>
}

/** `onRead` is called for each command, in the order of `push`. The step's `requiredSeq` is that of its last event. */
export const createRepeatedCommands = (
  { room, store, monitor, pendingWork }: RoomContext,
  onRead: (step: DecidedStep) => void,
): RepeatedCommands => {
  const commands = createQueue<RepeatedCommand>()
  let durableSeq = 0
  let isReading = false
  let reading: Promise<void> = Promise.resolve()

  const startReading = (): void => {
    if (!isReading) reading = readAll()
  }

  const readAll = async (): Promise<void> => {
    isReading = true
    for (let next = commands.peek(); next !== undefined; next = commands.peek()) {
      if (next.outcome.seq > durableSeq) break
      commands.shift()
      const outcome = await read(next)
      pendingWork.undecided--
      onRead({ request: next.request, requiredSeq: next.outcome.seq, outcome, deliveries: [] })
    }
    isReading = false
  }

  const read = async ({ request, outcome, result }: RepeatedCommand): Promise<DecidedStep['outcome']> => {
    // The command that created a room wrote records before its member was there to be their author.
    const after = Math.max(0, outcome.first - 1 - maxRecordsBeforeMember)
    const records = await queryStore(() => store.read(room, after, outcome.seq - after))
    if (E.isLeft(records)) {
      monitor.faulted(room, records.left)
      return E.left(failureFor[records.left.type])
    }
    let from = records.right.findIndex(({ seq }) => seq === outcome.first)
    while (isCausedBy(request, records.right[from - 1])) from--
    const events = from < 0 ? [] : records.right.slice(from)
    return E.right({ ...result, seq: outcome.seq, events })
  }

  return {
    push: (command, seq) => {
      pendingWork.undecided++
      durableSeq = seq
      commands.push(command)
      startReading()
    },
    release: (seq) => {
      durableSeq = seq
      startReading()
    },
    withdraw: () => {
      const withdrawn: Array<Request> = []
      for (const command of commands.drain()) {
        if (command.outcome.seq <= durableSeq) commands.push(command)
        else withdrawn.push(command.request)
      }
      pendingWork.undecided -= withdrawn.length
      return withdrawn
    },
    size: () => commands.size() + (isReading ? 1 : 0),
    whenRead: () => reading,
  }
}

/** An entry writes at most this many records before the member's own. */
const maxRecordsBeforeMember = 8

const failureFor: Readonly<Record<'unavailable' | 'corrupt', RequestFailure>> = {
  unavailable: { type: 'store-unavailable' },
  corrupt: { type: 'internal-error' },
}

const isCausedBy = (request: Request, record: RoomRecord | undefined): boolean =>
  record !== undefined && record.by === request.by && record.cause?.id === request.cause?.id
