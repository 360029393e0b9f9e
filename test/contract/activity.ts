import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Activity, Viewer, Effect } from '../../src/domain/kernel/activity.js'
import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { ActivityPlugin } from '../../src/domain/kernel/activity-plugin.js'
import { lookup } from '../../src/domain/kernel/record.js'
import type { ActivityDriver, ActivityStep } from '../kit/index.js'
import { activitySessions, everybody, playedActivity } from '../kit/index.js'
import { put, valueAt } from './activity/personal.js'
import type { Promised } from './activity/promised.js'
import { keeps, secretsIn } from './activity/secrets.js'
import { wireContract } from './activity/wire.js'

/** What the contract has to know of an activity to try it. */
export interface Tried<Command> {
  /** Everything that its clients can say, sensible and not. */
  readonly commands: fc.Arbitrary<Command>
  /** The module it runs, where its name is not the activity's own. */
  readonly module?: string
  /** The types of events that tell what was secret until then. */
  readonly reveals?: ReadonlyArray<string>
  /** Commands that mean something each time they are said; all others, said twice, write once. */
  readonly meansItTwice?: (command: Command) => boolean
}

export type { Promised }

const viewers: ReadonlyArray<Viewer> = [
  { type: 'operator' },
  ...everybody.map((who): Viewer => ({ type: 'member', id: who.memberId })),
]

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** What every activity promises the room. For each test runner: `test(promise, check)`. */
export const activityContract = <State, Command extends { readonly type: string }, Event extends DomainEvent>(
  activity: Activity<State, Command, Event, Effect> &
    Partial<Pick<ActivityPlugin<State, Command, Event>, 'commandDecoders'>>,
  { commands, module = activity.name, reveals = [], meansItTwice = () => false }: Tried<Command>,
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
    always('any command in any reachable state is answered, and nothing throws', (driver) => {
      for (const { decision } of driver.steps()) assert.match(decision._tag, /^(Left|Right)$/)
    }),

    always('its commands are those it lists', (driver) => {
      for (const { command } of commandsOf(driver))
        assert.ok(activity.commands.includes(command.type), command.type)
    }),

    always('the same is decided from the same', (driver) => {
      for (const step of commandsOf(driver)) assert.deepStrictEqual(again(step, step.before), step.decision)
    }),

    always('said twice is once', (driver) => {
      for (const step of commandsOf(driver)) {
        if (step.records.length === 0 || meansItTwice(step.command)) continue
        const second = again(step, step.after)
        assert.deepStrictEqual(second._tag === 'Right' ? second.right : [], [])
      }
    }),

    always('the log, as text, folds to the live state at every record', (driver) => {
      let state = activity.initial(module)
      for (const { records, after } of driver.steps()) {
        for (const record of records)
          state = activity.evolve(state, throughJson(record) as RecordedEvent<Event>)
        assert.deepStrictEqual(throughJson(state), after)
      }
    }),

    always('its state and its events are JSON, and nothing is lost in the text', (driver) => {
      for (const { after, records } of driver.steps()) {
        assert.deepStrictEqual(throughJson(after), after)
        assert.deepStrictEqual(throughJson(records), records)
      }
    }),

    always('what is shown folds to what may be seen, for every viewer', (driver) => {
      for (const viewer of viewers) {
        let seen = activity.redactState(viewer, activity.initial(module))
        for (const { records, after, departed } of driver.steps()) {
          for (const record of records) {
            for (const event of shown(viewer, record)) seen = activity.evolve(seen, event)
          }
          // Who has left sees nothing any more, and is given the state if it comes again.
          if (viewer.type === 'member' && viewer.id === departed) seen = activity.redactState(viewer, after)
          assert.deepStrictEqual(seen, activity.redactState(viewer, after))
        }
      }
    }),

    always('two states that differ only in what a viewer was not shown look the same to it', (driver) => {
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

    always('what it refuses in words of its own has a code in kebab-case, and a message', (driver) => {
      for (const { decision } of driver.steps()) {
        if (decision._tag === 'Right' || decision.left.type !== 'activity-refused') continue
        assert.match(decision.left.code, /^[a-z]+(-[a-z]+)*$/)
        assert.notEqual(decision.left.message, '')
      }
    }),

    always('no view and no event shows a secret before it is revealed', (driver) => {
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

    always(
      'an event is shown to all alike or, where it hides between members, to its author alone',
      (driver) => {
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
      },
    ),

    always('what is shown keeps its place in the log', (driver) => {
      for (const viewer of viewers) {
        for (const record of driver.log()) {
          for (const { seq, at, type } of shown(viewer, record)) {
            assert.deepStrictEqual([seq, at, type], [record.seq, record.at, record.type])
          }
        }
      }
    }),

    always('nothing is done before it is due, and what is due is done', (driver) => {
      const due = activity.nextTimer(driver.state())
      const last = driver.steps().at(-1)
      if (due === undefined || last === undefined) return
      const decideAt = (at: number) =>
        activity.decide({ ...last.ask, command: due.command, by: null, at }, driver.state(), last.facts)
      assert.deepStrictEqual(decideAt(due.at - 1), { _tag: 'Right', right: [] })
      const done = decideAt(due.at)
      assert.ok(done._tag === 'Right' && done.right.length > 0, 'what is due wrote nothing, and stays due')
    }),

    always('what is due comes in the order of its instants', (driver) => {
      let before = -Infinity
      for (const { dueAt, ask: context } of driver.steps()) {
        if (dueAt === null) continue
        assert.ok(dueAt >= before && context.at >= dueAt, `${dueAt} after ${before}, at ${context.at}`)
        before = dueAt
      }
    }),

    always('somebody in the room can turn it off, and then nothing is due', (driver) => {
      for (const { memberId } of everybody) driver.turn(false, memberId)
      assert.ok(!driver.isOn(), 'nobody may turn it off')
      assert.equal(activity.nextTimer(driver.state()), undefined)
    }),

    always('it lists how each of its events is kept, under its own name', (driver) => {
      for (const { type } of driver.log()) {
        assert.ok(type.startsWith(`${activity.name}.`), `${type} is not ${activity.name}’s`)
        assert.ok(lookup(activity.schemas, type) !== undefined, `${type} is not in its storage`)
      }
    }),

    always('what it calls personal is in the data that it writes', (driver) => {
      for (const { type, data } of driver.log()) {
        for (const path of lookup(activity.schemas, type)?.personalPaths ?? []) {
          assert.notEqual(valueAt(data, path.split('.')), undefined, `${type} has no ${path}`)
        }
      }
    }),

    always('its log still folds and is shown after everybody in it was forgotten', (driver) => {
      let state = activity.initial(module)
      for (const record of driver.log()) {
        const { personalPaths: personal = [], erasedValues: forgotten = {} } =
          lookup(activity.schemas, record.type) ?? {}
        let { data }: { data: unknown } = record
        for (const path of personal) data = put(data, path.split('.'), lookup(forgotten, path) ?? null)
        const without = { ...record, data } as RecordedEvent<Event>
        state = activity.evolve(state, without)
        for (const viewer of viewers) {
          activity.redactState(viewer, state)
          shown(viewer, without)
        }
      }
    }),

    {
      promise: 'each of its events has a version, and an upcaster from each version before it',
      check: () => {
        for (const [type, { v, upcasters = [] }] of Object.entries(activity.schemas)) {
          assert.ok(Number.isInteger(v) && v >= 1, type)
          assert.equal(upcasters.length, v - 1, type)
        }
      },
    },

    ...(activity.commandDecoders === undefined
      ? []
      : wireContract(activity.commandDecoders, activity.commands)),
  ]
}
