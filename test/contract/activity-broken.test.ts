import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type {
  PickerCommand,
  PickerEvent,
  PickerState,
} from '../../src/domain/activities/random-picker/index.js'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'
import type { Activity } from '../../src/domain/kernel/activity.js'
import { reject } from '../../src/domain/kernel/decision.js'
import type { PayloadDecoder } from '../../src/domain/kernel/activity-plugin.js'
import { pickerCommands } from '../kit/index.js'
import { reading } from '../../src/infrastructure/protocols/decode-payload.js'
import { activityContract } from './activity.js'
import { wireContract } from './activity/wire.js'

type Picker = Activity<PickerState, PickerCommand, PickerEvent>

const tried = {
  commands: pickerCommands,
  reveals: ['random-picker.complete', 'random-picker.cancelled'],
}

let isOdd = false

/** A picker that breaks one promise each, and that promise. */
const broken: Readonly<Record<string, Partial<Picker>>> = {
  'any command in any reachable state is answered, and nothing throws': {
    decide: (context, state, room) => {
      if (context.command.type === 'contribute' && context.command.entropy === '')
        throw new Error('no entropy')
      return randomPicker.decide(context, state, room)
    },
  },
  'its commands are those it lists': { commands: ['start', 'contribute', 'tick'] },
  'the same is decided from the same': {
    decide: (context, state, room) => {
      isOdd = !isOdd
      return isOdd ? randomPicker.decide(context, state, room) : E.right([])
    },
  },
  'said twice is once': {
    decide: (context, state, room) => {
      const decision = randomPicker.decide(context, state, room)
      const isGiven = E.isLeft(decision) && decision.left.type === 'entropy-given'
      if (!isGiven || context.command.type !== 'contribute' || state.phase.type !== 'committed')
        return decision
      const { drawNo } = state.phase.next
      return E.right([
        {
          type: 'random-picker.contributed',
          data: { drawNo, by: 'again', entropy: context.command.entropy },
        },
      ])
    },
  },
  'the log, as text, folds to the live state at every record': {
    evolve: (state, event) => {
      const next = randomPicker.evolve(state, event)
      return Object.isFrozen(event) ? next : { ...next, lastDrawNo: -1 }
    },
  },
  'its state and its events are JSON, and nothing is lost in the text': {
    evolve: (state, event) => ({ ...randomPicker.evolve(state, event), at: new Map() }),
  },
  'what is shown folds to what may be seen, for every viewer': {
    redactState: (viewer, state) => ({ ...randomPicker.redactState(viewer, state), draws: [] }),
  },
  'two states that differ only in what a viewer was not shown look the same to it': {
    redactState: (viewer, state) => {
      const seen = randomPicker.redactState(viewer, state)
      const { phase } = state
      return phase.type === 'committed' && phase.next.secret !== undefined
        ? { ...seen, lastDrawNo: -1 }
        : seen
    },
  },
  'what it refuses in words of its own has a code in kebab-case, and a message': {
    decide: (context, state, room) => {
      const decision = randomPicker.decide(context, state, room)
      return E.isLeft(decision) ? reject('NotNow', 'Wait') : decision
    },
  },
  'no view and no event shows a secret before it is revealed': {
    redactEvent: (_viewer, event) => event,
  },
  'an event is shown to all alike or, where it hides between members, to its author alone': {
    redactEvent: (viewer, event) =>
      viewer.type === 'member' ? undefined : randomPicker.redactEvent(viewer, event),
  },
  'what is shown keeps its place in the log': {
    redactEvent: (viewer, event) => {
      const seen = randomPicker.redactEvent(viewer, event)
      return seen === undefined ? undefined : { ...seen, seq: seen.seq - 1 }
    },
  },
  'nothing is done before it is due, and what is due is done': {
    nextTimer: (state) => {
      const due = randomPicker.nextTimer(state)
      return due === undefined ? undefined : { ...due, at: due.at + 1 }
    },
  },
  'what is due comes in the order of its instants': {
    nextTimer: (state) => {
      const due = randomPicker.nextTimer(state)
      if (due === undefined || due.command.type !== 'tick') return undefined
      return due.command.tick === 2 ? { ...due, at: due.at + 150 } : due
    },
  },
  'somebody in the room can turn it off, and then nothing is due': { close: () => E.right([]) },
  'it lists how each of its events is kept, under its own name': {
    schemas: { ...randomPicker.schemas, 'random-picker.committed': undefined } as never,
  },
  'what it calls personal is in the data that it writes': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 1, personalPaths: ['people'] } },
  },
  'its log still folds and is shown after everybody in it was forgotten': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 1, personalPaths: ['members'] } },
  },
  'each of its events has a version, and an upcaster from each version before it': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 2, personalPaths: ['members'] } },
  },
}

describe('an activity that breaks a promise is found out', () => {
  for (const [promise, part] of Object.entries(broken)) {
    test(promise, () => {
      const contract = activityContract({ ...randomPicker, ...part }, tried)
      const kept = contract.find((one) => one.promise === promise)
      expect(kept, `the contract promises: ${promise}`).toBeDefined()
      expect(() => kept?.check()).toThrow(Error)
    })
  }

  test('for each promise that an activity can break', () => {
    const promises = activityContract(randomPicker, tried).map(({ promise }) => promise)
    expect(Object.keys(broken).sort()).toEqual([...promises].sort())
  })
})

type Wire = Readonly<Record<string, PayloadDecoder<{ readonly type: string }>>>

describe('an activity that an application brings along is found out, where it promises', () => {
  const reads = reading(z.object({}).transform(() => ({ type: 'tick' }) as const))
  const brokenWires: Readonly<Record<string, Wire>> = {
    'whatever a client sends is read as one of its commands, or named as wrong, and nothing throws': {
      pass: reading(z.object({}).transform(() => ({ type: 'pass' }) as const)),
    },
    'its commands have names on the wire that a client can give': { 'to tick': reads },
  }

  for (const [promise, wire] of Object.entries(brokenWires)) {
    test(promise, () => {
      const kept = (names: Wire) =>
        wireContract(names, ['tick']).find((one) => one.promise === promise)?.check
      expect(kept(wire)).toThrow(Error)
      expect(kept({ tick: reads })).not.toThrow()
    })
  }

  test('for each of these promises', () => {
    expect(Object.keys(brokenWires)).toEqual(wireContract({}, []).map(({ promise }) => promise))
  })
})
