import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Append, EventStore, AppendOutcome, StoreFault } from '../../../application/ports/event-store.js'
import type { Connection } from './connection.js'
import type { Heads } from './heads.js'
import type { Tables } from './tables.js'
import type { Group, OpenGroup } from './write-log.js'
import { groupOn, write } from './write-log.js'

/**
 * Appends that come while others are being written go together into the next transaction. They are decided and sealed
 * at once, on the ends that the transaction before will leave, so that lmdb's thread does not wait for ours; where that
 * one fails or something else was written in between, they are decided anew when their turn has come.
 */
export const groupCommit = (inTurn: Connection['inTurn'], heads: Heads): EventStore['commit'] => {
  let next: Waiting | undefined
  let underWay: UnderWay | undefined

  const waiting = (): Waiting => {
    const appends: Array<Append> = []
    const outcomes = inTurn(async (tables) => {
      if (next === group) next = undefined
      const ready = prepared(group, tables)
      underWay = { tables, group: ready }
      try {
        await write(tables, ready.writings)
        heads.wrote(ready.heads)
      } catch (error) {
        heads.forget()
        throw error
      } finally {
        underWay = undefined
      }
      return ready.outcomes
    })
    const group: Waiting = { appends, outcomes, decided: undefined }
    // Where the folder cannot be written, the job above does not run.
    void outcomes.then(() => {
      if (next === group) next = undefined
    })
    return group
  }

  /** The group with all its appends decided; anew where what they were decided on has been forgotten. */
  const prepared = (group: Waiting, tables: Tables): Group => {
    const { decided } = group
    const isGood = decided?.tables === tables && decided.forgotten === heads.forgotten()
    const { open } = isGood ? decided : (group.decided = decidedAnew(tables))
    for (const append of group.appends.slice(open.outcomes.length)) open.add(append)
    return open
  }

  const decidedAnew = (tables: Tables): Decided => {
    const before = underWay?.group.heads
    const open = groupOn((room) => before?.get(room) ?? heads.of(tables, room), tables.vocabulary)
    return { open, tables, forgotten: heads.forgotten() }
  }

  const prepareEarly = (group: Waiting): void => {
    if (underWay === undefined) return
    try {
      prepared(group, underWay.tables)
    } catch {
      // lmdb could not be asked; it is asked again when the group's turn has come, and that is when it is told.
      group.decided = undefined
    }
  }

  return (appends) => async () => {
    next ??= waiting()
    const group = next
    const from = group.appends.length
    for (const append of appends) group.appends.push(append)
    prepareEarly(group)
    const outcomes = await group.outcomes
    if (E.isRight(outcomes)) return outcomes.right.slice(from, from + appends.length)
    return appends.map(() => ({ type: 'fault', fault: outcomes.left }))
  }
}

/** What is being written, and where. */
interface UnderWay {
  readonly tables: Tables
  readonly group: Group
}

/** A group that still takes appends, and what they will have come to. */
interface Waiting {
  readonly appends: Array<Append>
  readonly outcomes: Promise<Either<StoreFault, ReadonlyArray<AppendOutcome>>>
  decided: Decided | undefined
}

/** What the appends so far come to, and what that rests on. */
interface Decided {
  readonly open: OpenGroup
  readonly tables: Tables
  readonly forgotten: number
}
