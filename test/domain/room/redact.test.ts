import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { initial, mayRead } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import {
  contextOf,
  at,
  created,
  entering,
  everybody,
  foldOf,
  given,
  hasJoined,
  hasLeft,
  played,
  recorded,
  roomDriver,
  sessions,
  testRoom,
  tokens,
  viewers,
  builtIn,
} from '../../kit/index.js'

const { viewerClassOf, redactEvent, redactState } = builtInModel

const [ann, bob] = everybody

const everyViewer: ReadonlyArray<Viewer> = [
  { type: 'operator' },
  ...everybody.map((who): Viewer => ({ type: 'member', id: who.memberId })),
]

const redact = (
  viewer: Viewer,
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<RecordedEvent<RoomEvent>> => log.flatMap((event) => redactEvent(viewer, event) ?? [])

describe('redaction', () => {
  property.prop([sessions, viewers, fc.nat()])(
    'commutes with the fold, from any state on',
    (session, viewer, number) => {
      const log = played(session).log()
      const states = log.reduce((all, event) => [...all, foldOf([event], all.at(-1))], [initial(testRoom)])
      const from = number % states.length
      let view = redactState(viewer, states[from] ?? initial(testRoom))
      for (let index = from; index < log.length; index++) {
        view = foldOf(redact(viewer, log.slice(index, index + 1)), view)
        assert.deepStrictEqual(view, redactState(viewer, states[index + 1] ?? initial(testRoom)))
      }
    },
  )

  property.prop([sessions, viewers, viewers])(
    'is the same for all viewers of one class',
    (session, one, other) => {
      const driver = played(session)
      if (viewerClassOf(one, driver.state()) !== viewerClassOf(other, driver.state())) return
      expect(redact(other, driver.log())).toEqual(redact(one, driver.log()))
      for (const { after } of driver.steps())
        expect(redactState(other, after)).toEqual(redactState(one, after))
    },
  )

  property.prop([sessions, viewers])(
    'keeps position, type, instant and actor of an event',
    (session, viewer) => {
      for (const event of played(session).log()) {
        const redacted = redactEvent(viewer, event)
        if (redacted === undefined) continue
        const { seq, at: instant, type, by, room, epoch } = event
        expect(redacted).toMatchObject({ seq, at: instant, type, by, room, epoch })
      }
    },
  )

  property.prop([sessions, viewers])('twice is the same as once', (session, viewer) => {
    const driver = played(session)
    for (const { after } of driver.steps()) {
      expect(redactState(viewer, redactState(viewer, after))).toEqual(redactState(viewer, after))
    }
    expect(redact(viewer, redact(viewer, driver.log()))).toEqual(redact(viewer, driver.log()))
  })
})

/** Texts that no viewer may see: sessions, connections, tokens and their hashes. */
const secretTexts = (log: ReadonlyArray<RecordedEvent<RoomEvent>>): ReadonlyArray<string> => [
  '"secret"',
  'session-of-',
  'connection-',
  tokens.right,
  tokens.wrong,
  ...log.flatMap((event) => (event.type === 'room.created' && event.secret ? [event.secret.tokenHash] : [])),
]

/** The secrets of draws, and the record that reveals each. */
const drawSecrets = (
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<{ readonly text: string; readonly revealedAt: number }> => {
  const ends = log
    .map(builtIn)
    .flatMap(({ type, seq }) =>
      type === 'random-picker.complete' || type === 'random-picker.cancelled' ? [seq] : [],
    )
  return log.map(builtIn).flatMap((event) => {
    const revealedAt = ends.find((seq) => seq > event.seq) ?? Infinity
    if (event.type === 'random-picker.committed' && event.secret) {
      return [{ text: event.secret.serverSeed, revealedAt }]
    }
    // The whole plan is secret; its single numbers are shown tick by tick.
    if (event.type === 'random-picker.started' && event.secret) {
      return [{ text: JSON.stringify(event.secret.plan), revealedAt: Infinity }]
    }
    return []
  })
}

/** The later questions of a quiz, and the record that asks each; the first question is never secret. */
const quizSecrets = (
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<{ readonly text: string; readonly revealedAt: number }> =>
  log.map(builtIn).flatMap((event) => {
    if (event.type !== 'telequiz.question' || event.secret === undefined) return []
    return event.secret.later.flatMap(({ text, choices }) => {
      const question = log
        .map(builtIn)
        .find(({ seq, type, data }) => seq > event.seq && type === 'telequiz.question' && data.text === text)
      return [text, JSON.stringify(choices)].map((secret) => ({
        text: secret,
        revealedAt: question?.seq ?? Infinity,
      }))
    })
  })

describe('the viewer classes', () => {
  const classesIn = (module: string): ReadonlyArray<string> => {
    const driver = roomDriver()
    for (const member of [ann, bob]) driver.send(entering(member, 'party', 'user'))
    driver.send({ type: 'activate', activity: module, options: null }, ann.memberId)
    driver.send({ type: 'deactivate', activity: module }, ann.memberId)
    const members = [ann, bob].map((who): Viewer => ({ type: 'member', id: who.memberId }))
    return [{ type: 'operator' } as const, ...members].map((viewer) => viewerClassOf(viewer, driver.state()))
  }

  test('are members and operators, without a module that hides between members', () => {
    expect(classesIn('random-picker')).toEqual(['operator', 'member', 'member'])
  })

  test('are one per member after a quiz, which shows answers to their authors only', () => {
    expect(classesIn('telequiz')).toEqual(['operator', `member ${ann.memberId}`, `member ${bob.memberId}`])
  })
})

describe('a secret', () => {
  property.prop([sessions])('is in no redacted event and in no redacted state', (session) => {
    const driver = played(session)
    const texts = secretTexts(driver.log())
    const secrets = [...drawSecrets(driver.log()), ...quizSecrets(driver.log())]
    const leaks = (value: unknown, seq: number): ReadonlyArray<string> => {
      const text = JSON.stringify(value) ?? ''
      return [
        ...texts.filter((secret) => text.includes(secret)),
        ...secrets.flatMap(({ text: secret, revealedAt }) =>
          seq < revealedAt && text.includes(secret) ? [secret] : [],
        ),
      ]
    }
    for (const viewer of everyViewer) {
      const events = redact(viewer, driver.log())
      expect(events.flatMap((event) => leaks(event, event.seq))).toEqual([])
      expect(events.filter(({ cause }) => cause !== null)).toEqual([])
      for (const { records, after } of driver.steps()) {
        const last = records.at(-1)
        if (last !== undefined) expect(leaks(redactState(viewer, after), last.seq)).toEqual([])
      }
    }
  })

  test('is in the log beside the data, where it can be removed', () => {
    given()
      .when(contextOf(entering(ann, 'picker', 'viewer', { token: tokens.right })))
      .then(
        {
          ...created,
          data: { ...created.data, isPrivate: true },
          // SHA-256(LP("room/1/token", "main", the token)).
          secret: { tokenHash: '35bb3e8d5d325f57ee05058a156ab4dfa55658ae320a08f8e6c1e8ff0a4d39e3' },
        },
        hasJoined(ann, 'picker', 'viewer'),
      )
  })
})

describe('a member of a room', () => {
  const rejoined = (history: 'own' | 'all') => {
    const log = recorded<RoomEvent>([
      { ...created, data: { ...created.data, history } },
      hasJoined(bob, 'picker', 'viewer'),
      hasJoined(ann, 'picker', 'viewer'),
      hasJoined(ann, 'mesh', 'peer'),
      hasLeft(ann, 'picker', 'viewer', 'left'),
    ])
    const state = foldOf(log)
    if (state.phase === 'absent') throw new Error('the room exists')
    return { log, state }
  }
  const readBy = (history: 'own' | 'all', memberId: string): ReadonlyArray<number> => {
    const { log, state } = rejoined(history)
    return log.flatMap(({ seq }) => (mayRead(state, memberId, seq) ? [seq] : []))
  }

  test('may read the log from its first join in any protocol', () => {
    expect(readBy('own', ann.memberId)).toEqual([3, 4, 5])
    expect(readBy('own', bob.memberId)).toEqual([2, 3, 4, 5])
  })

  test('may read the whole log of a room with the history `all`', () => {
    expect(readBy('all', ann.memberId)).toEqual([1, 2, 3, 4, 5])
  })

  test('may read nothing after it has left, and neither may a stranger', () => {
    const { log, state } = rejoined('all')
    const departed = foldOf(recorded([hasLeft(ann, 'mesh', 'peer', 'left')], log.length), state)
    if (departed.phase === 'absent') throw new Error('the room exists')
    expect(mayRead(departed, ann.memberId, 6)).toBe(false)
    expect(readBy('all', at(everybody[3], 1).memberId)).toEqual([])
    expect(readBy('all', '__proto__')).toEqual([])
    expect(readBy('all', 'constructor')).toEqual([])
  })
})
