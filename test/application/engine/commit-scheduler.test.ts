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
const schedules = fc.array(fc.subarray(names), { maxLength: 30 })

const throwingMonitor: Monitor = {
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

/** Four rooms and a store whose commits are answered on demand. */
const scene = () => {
  const clock = virtualClock()
  const admission = createAdmissionControl(clock)
  const steps: Array<string> = []
  let answer: (() => void) | undefined
  const store: EventStore = {
    ...memoryEventStore(),
    commit: (appends) => async () => {
      steps.push(`writes ${appends.map(({ room }) => room).join('')}`)
      await new Promise<void>((resolve) => (answer = resolve))
      steps.push('has written')
      return appends.map(() => ({ type: 'appended' }))
    },
  }
  const commits = createCommitScheduler(store, clock, throwingMonitor, admission)
  const onOutcomes: Array<() => void> = []
  const waitingRooms = new Set<string>()
  const writers = new Map<string, CommitParticipant>(
    names.map((name) => [
      name,
      {
        room: roomId(name),
        takeUncommitted: () => {
          if (!waitingRooms.delete(name)) return null
          steps.push(`takes ${name}`)
          return { append: appendTo(name, 0), audit: [] }
        },
        onOutcome: () => {
          steps.push(`outcome of ${name}`)
          onOutcomes.shift()?.()
        },
      },
    ]),
  )
  const schedule = (name: string): void => {
    const writer = writers.get(name)
    if (writer === undefined) throw new Error(`there is no room ${name}`)
    waitingRooms.add(name)
    clock.standStill(1)
    commits.schedule(writer)
  }
  const answerCommit = async (): Promise<boolean> => {
    await settled()
    const resolve = answer
    answer = undefined
    resolve?.()
    await settled()
    return resolve !== undefined
  }
  return { steps, schedule, answerCommit, onOutcomes, waitingRooms, commits, admission }
}

describe('group commits', () => {
  test.prop([schedules, schedules])(
    'run one after another, and each room gets its outcome before its next append',
    async (between, during) => {
      const { steps, schedule, answerCommit, onOutcomes, waitingRooms, commits, admission } = scene()
      onOutcomes.push(...during.map((group) => () => group.forEach(schedule)))
      for (const group of between) {
        group.forEach(schedule)
        await answerCommit()
      }
      while (await answerCommit());
      await commits.whenIdle()

      expect(waitingRooms.size).toBe(0)
      expect(admission.admit(() => undefined)).toBe(true)
      const writing = steps.filter((what) => what.startsWith('writes') || what === 'has written')
      expect(writing.every((what, place) => (what === 'has written') === (place % 2 === 1))).toBe(true)
      for (const name of names) {
        const ofRoom = steps.filter((what) => what === `takes ${name}` || what === `outcome of ${name}`)
        expect(ofRoom).toEqual(
          ofRoom.map((_, place) => `${place % 2 === 0 ? 'takes' : 'outcome of'} ${name}`),
        )
        expect(ofRoom.length % 2).toBe(0)
      }
    },
  )
})
