import { test } from '@fast-check/vitest'
import fc from 'fast-check'
import { describe, expect } from 'vitest'
import type { Append, EventStore } from '../../../src/application/ports/event-store.js'
import type { CommitParticipant } from '../../../src/application/engine/commit-scheduler.js'
import { createCommitScheduler } from '../../../src/application/engine/commit-scheduler.js'
import { createAdmissionControl } from '../../../src/application/engine/admission-control.js'
import type { Monitor } from '../../../src/application/ports/monitor.js'
import { epoch, roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'

const names = ['a', 'b', 'c', 'd']

/** Rooms with new records, step by step. */
const wishes = fc.array(fc.subarray(names), { maxLength: 30 })

const unwatched: Monitor = {
  committed: () => {},
  rejected: () => {},
  faulted: () => {},
  conflicted: () => {},
  timerLate: () => {},
  defect: (_, error) => {
    throw error
  },
}

const appendTo = (name: string, expectedSeq: number): Append => ({
  room: roomId(name),
  epoch: epoch('0123456789abcdef'),
  expectedSeq,
  records: [],
  due: null,
  occupied: false,
  addedSessions: [],
  removedSessions: [],
})

/** Four rooms and a store that answers on demand. */
const scene = () => {
  const clock = virtualClock()
  const turnstile = createAdmissionControl(clock)
  const happened: Array<string> = []
  let answer: (() => void) | undefined
  const store: EventStore = {
    ...memoryEventStore(),
    commit: (appends) => async () => {
      happened.push(`writes ${appends.map(({ room }) => room).join('')}`)
      await new Promise<void>((resolve) => (answer = resolve))
      happened.push('has written')
      return appends.map(() => ({ type: 'appended' }))
    },
  }
  const commits = createCommitScheduler(store, clock, unwatched, turnstile)
  const whenTold: Array<() => void> = []
  const wanted = new Set<string>()
  const writers = new Map<string, CommitParticipant>(
    names.map((name) => [
      name,
      {
        room: roomId(name),
        takeUncommitted: () => {
          if (!wanted.delete(name)) return null
          happened.push(`takes ${name}`)
          return appendTo(name, 0)
        },
        onOutcome: () => {
          happened.push(`tells ${name}`)
          whenTold.shift()?.()
        },
      },
    ]),
  )
  const want = (name: string): void => {
    const writer = writers.get(name)
    if (writer === undefined) throw new Error(`there is no room ${name}`)
    wanted.add(name)
    clock.standStill(1)
    commits.schedule(writer)
  }
  const answers = async (): Promise<boolean> => {
    await settled()
    const resolve = answer
    answer = undefined
    resolve?.()
    await settled()
    return resolve !== undefined
  }
  return { happened, want, answers, whenTold, wanted, commits, turnstile }
}

describe('group commits', () => {
  test.prop([wishes, wishes])(
    'run one after another, and each room gets its outcome before its next append',
    async (between, during) => {
      const { happened, want, answers, whenTold, wanted, commits, turnstile } = scene()
      whenTold.push(...during.map((those) => () => those.forEach(want)))
      for (const those of between) {
        those.forEach(want)
        await answers()
      }
      while (await answers());
      await commits.whenIdle()

      expect(wanted.size).toBe(0)
      expect(turnstile.admit(() => undefined)).toBe(true)
      const writing = happened.filter((what) => what.startsWith('writes') || what === 'has written')
      expect(writing.every((what, place) => (what === 'has written') === (place % 2 === 1))).toBe(true)
      for (const name of names) {
        const own = happened.filter((what) => what === `takes ${name}` || what === `tells ${name}`)
        expect(own).toEqual(own.map((_, place) => `${place % 2 === 0 ? 'takes' : 'tells'} ${name}`))
        expect(own.length % 2).toBe(0)
      }
    },
  )
})
