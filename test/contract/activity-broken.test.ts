import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'
import { payloadDecoder } from '../../src/domain/kernel/payload-decoder.js'
import { pickerCommands } from '../kit/index.js'
import { activityContract } from './activity.js'

const options = {
  commands: pickerCommands,
  reveals: ['random-picker.complete', 'random-picker.cancelled'],
}

let isOdd = false

/** Pickers that break one promise each. */
const broken: Readonly<Record<string, Partial<typeof randomPicker>>> = {
  'decides any command in any reachable state, without an exception': {
    decide: (context, state, room) => {
      if (context.command.type === 'contribute' && context.command.entropy === '')
        throw new Error('no entropy')
      return randomPicker.decide(context, state, room)
    },
  },
  'lists the types of all its commands': { commands: ['start', 'contribute', 'tick'] },
  'decides the same command in the same state the same way': {
    decide: (context, state, room) => {
      isOdd = !isOdd
      return isOdd ? randomPicker.decide(context, state, room) : E.right([])
    },
  },
  'writes events once for a repeated command': {
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
  'has a log that folds from its text to the live state at every record': {
    evolve: (state, event) => {
      const next = randomPicker.evolve(state, event)
      return Object.isFrozen(event) ? next : { ...next, lastDrawNo: -1 }
    },
  },
  'has a state and events that JSON represents without loss': {
    evolve: (state, event) => ({ ...randomPicker.evolve(state, event), at: new Map() }),
  },
  'redacts events so that they fold to the redacted state, for every viewer': {
    redactState: (viewer, state) => ({ ...randomPicker.redactState(viewer, state), draws: [] }),
  },
  'redacts states that differ only in hidden parts to the same state': {
    redactState: (viewer, state) => {
      const seen = randomPicker.redactState(viewer, state)
      const { phase } = state
      return phase.type === 'committed' && phase.next.secret !== undefined
        ? { ...seen, lastDrawNo: -1 }
        : seen
    },
  },
  'describes each of its own rejections with a kebab-case code and a message': {
    errors: { ...randomPicker.errors, 'no-draw': () => ({ code: 'NoDraw', message: 'No draw is running' }) },
  },
  'shows no secret in a state or an event before it is revealed': {
    redactEvent: (_viewer, event) => event,
  },
  'shows an event to all members or, with hidesBetweenMembers, to its author alone': {
    redactEvent: (viewer, event) =>
      viewer.type === 'member' ? undefined : randomPicker.redactEvent(viewer, event),
  },
  'keeps the position, instant and type of a redacted event': {
    redactEvent: (viewer, event) => {
      const seen = randomPicker.redactEvent(viewer, event)
      return seen === undefined ? undefined : { ...seen, seq: seen.seq - 1 }
    },
  },
  'decides a timer’s command when it is due, and not before': {
    nextTimer: (state) => {
      const due = randomPicker.nextTimer(state)
      return due === undefined ? undefined : { ...due, at: due.at + 1 }
    },
  },
  'has timers in the order of their instants': {
    nextTimer: (state) => {
      const due = randomPicker.nextTimer(state)
      if (due === undefined || due.command.type !== 'tick') return undefined
      return due.command.tick === 2 ? { ...due, at: due.at + 150 } : due
    },
  },
  'can be deactivated by a member, and then has no timer': { close: () => E.right([]) },
  'has a schema for each of its events, under its own name': {
    schemas: { ...randomPicker.schemas, 'random-picker.committed': undefined } as never,
  },
  'has a value at each personal path of its events': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 1, personalPaths: ['people'] } },
  },
  'folds and redacts its log after the erasure of all personal data': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 1, personalPaths: ['members'] } },
  },
  'has only ids at the user paths of its events, and repeats only events of its own': {
    schemas: {
      ...randomPicker.schemas,
      'random-picker.started': { v: 1, personalPaths: ['members'], userPaths: ['members.*'] },
    },
  },
  'has an upcaster from each earlier version of its events': {
    schemas: { ...randomPicker.schemas, 'random-picker.started': { v: 2, personalPaths: ['members'] } },
  },
  'decodes any payload of a client into one of its commands, or names the wrong field': {
    clientCommands: { pass: payloadDecoder(z.object({}).transform(() => ({ type: 'pass' }) as never)) },
  },
  'has commands that clients can send, by names of the wire': { clientCommands: {} },
  'runs its effects itself': { effects: () => [] },
}

describe('the contract of activities', () => {
  for (const [promise, part] of Object.entries(broken)) {
    test(`finds an activity that breaks the promise: ${promise}`, () => {
      const contract = activityContract({ ...randomPicker, ...part }, options)
      const check = contract.find((one) => one.promise === promise)
      expect(check, `the contract promises: ${promise}`).toBeDefined()
      expect(() => check?.check()).toThrow(Error)
    })
  }

  test.each([
    ['does not describe a rejection', { errors: {} as never }],
    [
      'has a name on the wire with a space',
      {
        clientCommands: {
          'to tick': payloadDecoder(z.object({}).transform(() => ({ type: 'cancel' }) as const)),
        },
      },
    ],
  ])('finds an activity that %s', (_, part) => {
    const contract = activityContract({ ...randomPicker, ...part }, options)
    expect(() => contract.forEach(({ check }) => check())).toThrow(Error)
  })

  test('is tested with a broken activity for each promise', () => {
    const promises = activityContract(randomPicker, options).map(({ promise }) => promise)
    expect(Object.keys(broken).sort()).toEqual([...promises].sort())
  })
})
