import assert from 'node:assert/strict'
import fc from 'fast-check'
import type {
  Activity,
  ActivityCommand,
  Effect,
  EventSchema,
  Viewer,
} from '../../src/domain/kernel/activity.js'
import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import { lookup } from '../../src/domain/kernel/record.js'
import type { ActivityRejection, CommonRejection } from '../../src/domain/kernel/rejection.js'
import type { ActivityDriver, ActivityStep } from '../kit/index.js'
import { activitySessions, everybody, playedActivity } from '../kit/index.js'
import { put, valueAt, valuesAt } from './activity/personal.js'
import type { Promised } from './activity/promised.js'
import { keeps, secretsIn } from './activity/secrets.js'

/** What the contract needs to know of an activity. */
export interface ContractOptions<Command> {
  /** Everything that clients can send, valid and not. */
  readonly commands: fc.Arbitrary<Command>
  /** The module it runs, if its name is not that of the activity. */
  readonly module?: string
  /** The types of events that reveal secrets. */
  readonly reveals?: ReadonlyArray<string>
  /** Commands that write events each time they are sent; all others write once when repeated. */
  readonly isRepeatable?: (command: Command) => boolean
}

export type { Promised }

const viewers: ReadonlyArray<Viewer> = [
  { type: 'operator' },
  ...everybody.map((who): Viewer => ({ type: 'member', id: who.memberId })),
]

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Payloads with the field names of decoders, and with names that every object has. */
const payloads = fc.oneof(
  fc.constant(undefined),
  fc.json({ maxDepth: 4 }).map((text): unknown => JSON.parse(text)),
  fc.dictionary(fc.constantFrom('__proto__', 'constructor', 'id', 'name', 'text'), fc.jsonValue()),
)

const commonRejections: ReadonlyArray<string> = [
  'access-denied',
  'invalid-payload',
  'not-broadcaster',
  'not-in-room',
  'target-not-found',
] satisfies ReadonlyArray<CommonRejection['type']>

/** What every activity promises the room. With any test runner: `test(promise, check)`. */
export const activityContract = <
  State,
  Command extends ActivityCommand,
  Event extends DomainEvent,
  Own extends ActivityRejection,
>(
  activity: Activity<State, Command, Event, Own, Effect>,
  { commands, module = activity.name, reveals = [], isRepeatable = () => false }: ContractOptions<Command>,
): ReadonlyArray<Promised> => {
  type Driver = ActivityDriver<State, Command, Event>
  type Step = ActivityStep<State, Command, Event>

  const always = (promise: string, holds: (driver: Driver) => void): Promised => ({
    promise,
    check: () =>
      fc.assert(
        fc.property(activitySessions(commands), (session) =>
          holds(playedActivity(activity, session, module)),
        ),
      ),
  })

  const commandsOf = (driver: Driver): ReadonlyArray<Step & { readonly command: Command }> =>
    driver
      .steps()
      .flatMap((step) => (step.ask.command === null ? [] : [{ ...step, command: step.ask.command }]))

  const again = (step: Step & { readonly command: Command }, state: State) =>
    activity.decide({ ...step.ask, command: step.command }, state, step.facts)

  const shown = (viewer: Viewer, record: RecordedEvent<Event>): ReadonlyArray<RecordedEvent<Event>> => {
    const seen = activity.redactEvent(viewer, record)
    return seen === undefined ? [] : [seen]
  }

  return [
    always('decides any command in any reachable state, without an exception', (driver) => {
      for (const { decision } of driver.steps()) assert.match(decision._tag, /^(Left|Right)$/)
    }),

    always('lists the types of all its commands', (driver) => {
      for (const { command } of commandsOf(driver))
        assert.ok(activity.commands.includes(command.type), command.type)
    }),

    always('decides the same command in the same state the same way', (driver) => {
      for (const step of commandsOf(driver)) assert.deepStrictEqual(again(step, step.before), step.decision)
    }),

    always('writes events once for a repeated command', (driver) => {
      for (const step of commandsOf(driver)) {
        if (step.records.length === 0 || isRepeatable(step.command)) continue
        const second = again(step, step.after)
        assert.deepStrictEqual(second._tag === 'Right' ? second.right : [], [])
      }
    }),

    always('has a log that folds from its text to the live state at every record', (driver) => {
      let state = activity.initial(module)
      for (const { records, after } of driver.steps()) {
        for (const record of records)
          state = activity.evolve(state, throughJson(record) as RecordedEvent<Event>)
        assert.deepStrictEqual(throughJson(state), after)
      }
    }),

    always('has a state and events that JSON represents without loss', (driver) => {
      for (const { after, records } of driver.steps()) {
        assert.deepStrictEqual(throughJson(after), after)
        assert.deepStrictEqual(throughJson(records), records)
      }
    }),

    always('redacts events so that they fold to the redacted state, for every viewer', (driver) => {
      for (const viewer of viewers) {
        let seen = activity.redactState(viewer, activity.initial(module))
        for (const { records, after, departed } of driver.steps()) {
          for (const record of records) {
            for (const event of shown(viewer, record)) seen = activity.evolve(seen, event)
          }
          // A member that left receives no events, and gets the state when it joins again.
          if (viewer.type === 'member' && viewer.id === departed) seen = activity.redactState(viewer, after)
          assert.deepStrictEqual(seen, activity.redactState(viewer, after))
        }
      }
    }),

    always('redacts states that differ only in hidden parts to the same state', (driver) => {
      for (const viewer of viewers) {
        let other = activity.initial(module)
        for (const { records, after, departed } of driver.steps()) {
          for (const record of records) {
            for (const event of shown(viewer, record)) other = activity.evolve(other, event)
          }
          if (viewer.type === 'member' && viewer.id === departed) other = after
          assert.deepStrictEqual(activity.redactState(viewer, other), activity.redactState(viewer, after))
        }
      }
    }),

    always('describes each of its own rejections with a kebab-case code and a message', (driver) => {
      for (const { decision } of driver.steps()) {
        if (decision._tag === 'Right') continue
        const { type } = decision.left
        const describe = lookup(activity.errors as Readonly<Record<string, unknown>>, type)
        if (describe === undefined) {
          assert.ok(commonRejections.includes(type), `its errors do not describe ${type}`)
          continue
        }
        assert.ok(typeof describe === 'function')
        const { code = type, message } = describe(decision.left) as { code?: string; message: string }
        assert.match(code, /^[a-z]+(-[a-z]+)*$/)
        assert.notEqual(message, '')
      }
    }),

    always('shows no secret in a state or an event before it is revealed', (driver) => {
      const secrets = secretsIn(driver.log(), reveals)
      for (const viewer of viewers) {
        for (const { records, after } of driver.steps()) {
          const last = records.at(-1)
          if (last === undefined) continue
          keeps(secrets, last.seq, activity.redactState(viewer, after))
          for (const record of records) keeps(secrets, record.seq, shown(viewer, record))
        }
      }
    }),

    always('shows an event to all members or, with hidesBetweenMembers, to its author alone', (driver) => {
      const ownPart = activity.hidesBetweenMembers === true
      for (const record of driver.log()) {
        const toAll = shown({ type: 'operator' }, record)
        for (const viewer of viewers) {
          const isOwn = ownPart && viewer.type === 'member' && viewer.id === record.by
          if (isOwn && toAll.length === 0) continue
          assert.deepStrictEqual(shown(viewer, record), toAll)
        }
      }
      if (ownPart) return
      for (const { after } of driver.steps()) {
        const toAll = activity.redactState({ type: 'operator' }, after)
        for (const viewer of viewers) assert.deepStrictEqual(activity.redactState(viewer, after), toAll)
      }
    }),

    always('keeps the position, instant and type of a redacted event', (driver) => {
      for (const viewer of viewers) {
        for (const record of driver.log()) {
          for (const { seq, at, type } of shown(viewer, record)) {
            assert.deepStrictEqual([seq, at, type], [record.seq, record.at, record.type])
          }
        }
      }
    }),

    always('decides a timer’s command when it is due, and not before', (driver) => {
      const due = activity.nextTimer(driver.state())
      const last = driver.steps().at(-1)
      if (due === undefined || last === undefined) return
      const decideAt = (at: number) =>
        activity.decide({ ...last.ask, command: due.command, by: null, at }, driver.state(), last.facts)
      assert.deepStrictEqual(decideAt(due.at - 1), { _tag: 'Right', right: [] })
      const done = decideAt(due.at)
      assert.ok(
        done._tag === 'Right' && done.right.length > 0,
        'the due command wrote nothing, so its timer stays due',
      )
    }),

    always('has timers in the order of their instants', (driver) => {
      let before = -Infinity
      for (const { dueAt, ask: context } of driver.steps()) {
        if (dueAt === null) continue
        assert.ok(dueAt >= before && context.at >= dueAt, `${dueAt} after ${before}, at ${context.at}`)
        before = dueAt
      }
    }),

    always('can be deactivated by a member, and then has no timer', (driver) => {
      for (const { memberId } of everybody) driver.setActive(false, memberId)
      assert.ok(!driver.isOn(), 'no member may deactivate it')
      assert.equal(activity.nextTimer(driver.state()), undefined)
    }),

    always('has a schema for each of its events, under its own name', (driver) => {
      for (const { type } of driver.log()) {
        assert.ok(type.startsWith(`${activity.name}.`), `${type} does not begin with ${activity.name}`)
        assert.ok(lookup(activity.schemas, type) !== undefined, `${type} has no schema`)
      }
    }),

    always('has a value at each personal path of its events', (driver) => {
      for (const { type, data } of driver.log()) {
        for (const path of lookup(activity.schemas, type)?.personalPaths ?? []) {
          assert.notEqual(valueAt(data, path.split('.')), undefined, `${type} has no ${path}`)
        }
      }
    }),

    always('folds and redacts its log after the erasure of all personal data', (driver) => {
      // Erasing one person leaves the data of others.
      for (const isErased of [() => true, ({ seq }: { readonly seq: number }) => seq % 2 === 0]) {
        let state = activity.initial(module)
        for (const record of driver.log()) {
          const {
            personalPaths = [],
            erasedValues = {},
            hasPersonalSecret,
          } = lookup(activity.schemas, record.type) ?? {}
          let { data }: { data: unknown } = record
          for (const path of isErased(record) ? personalPaths : [])
            data = put(data, path.split('.'), lookup(erasedValues, path) ?? null)
          const { secret: _secret, ...open } = record
          const isOpen = hasPersonalSecret === true && isErased(record)
          const erased = { ...(isOpen ? open : record), data } as RecordedEvent<Event>
          state = activity.evolve(state, erased)
          for (const viewer of viewers) {
            activity.redactState(viewer, state)
            shown(viewer, erased)
          }
        }
      }
    }),

    always('has only ids at the user paths of its events, and repeats only events of its own', (driver) => {
      for (const { type, data } of driver.log()) {
        const { userPaths = [], repeats = type } = lookup(activity.schemas, type) ?? {}
        assert.ok(lookup(activity.schemas, repeats) !== undefined, `${type} repeats ${repeats}`)
        for (const path of userPaths) {
          for (const id of valuesAt(data, path.split('.')))
            assert.ok(id === null || typeof id === 'string', `${type} has another value at ${path}`)
        }
      }
    }),

    {
      promise: 'has an upcaster from each earlier version of its events',
      check: () => {
        for (const [type, { v, upcasters = [] }] of Object.entries<EventSchema>(activity.schemas)) {
          assert.ok(Number.isInteger(v) && v >= 1, type)
          assert.equal(upcasters.length, v - 1, type)
        }
      },
    },

    {
      promise: 'decodes any payload of a client into one of its commands, or names the wrong field',
      check: () =>
        fc.assert(
          fc.property(payloads, (payload) => {
            for (const [name, decode] of Object.entries(activity.clientCommands)) {
              const decoded = decode(payload)
              if (decoded._tag === 'Right')
                assert.ok(activity.commands.includes(decoded.right.type), decoded.right.type)
              else assert.ok(decoded.left.type === 'invalid-payload' && decoded.left.problem !== '', name)
            }
          }),
        ),
    },

    {
      promise: 'has commands that clients can send, by names of the wire',
      check: () => {
        const names = Object.keys(activity.clientCommands)
        assert.ok(names.length > 0 || activity.decodeOther !== undefined, 'clients can send it no command')
        for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/)
      },
    },

    {
      promise: 'runs its effects itself',
      check: () => assert.equal(activity.effects === undefined, activity.runEffect === undefined),
    },
  ]
}
