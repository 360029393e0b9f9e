import assert from 'node:assert/strict'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { initial, mayRead } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import {
  asking,
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

const shown = (
  viewer: Viewer,
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<RecordedEvent<RoomEvent>> => log.flatMap((event) => redactEvent(viewer, event) ?? [])

describe('what somebody was shown', () => {
  property.prop([sessions, viewers, fc.nat()])(
    'folds, from any state on, to what that one may see',
    (session, viewer, some) => {
      const log = played(session).log()
      const states = log.reduce((all, event) => [...all, foldOf([event], all.at(-1))], [initial(testRoom)])
      const from = some % states.length
      let seen = redactState(viewer, states[from] ?? initial(testRoom))
      for (let place = from; place < log.length; place++) {
        seen = foldOf(shown(viewer, log.slice(place, place + 1)), seen)
        assert.deepStrictEqual(seen, redactState(viewer, states[place + 1] ?? initial(testRoom)))
      }
    },
  )

  property.prop([sessions, viewers, viewers])('is the same for all of one class', (session, one, other) => {
    const driver = played(session)
    if (viewerClassOf(one, driver.state()) !== viewerClassOf(other, driver.state())) return
    expect(shown(other, driver.log())).toEqual(shown(one, driver.log()))
    for (const { after } of driver.steps()) expect(redactState(other, after)).toEqual(redactState(one, after))
  })

  property.prop([sessions, viewers])(
    'keeps its place: the same seq, type and instant, or nothing',
    (session, viewer) => {
      for (const event of played(session).log()) {
        const seen = redactEvent(viewer, event)
        if (seen === undefined) continue
        const { seq, at: instant, type, by, room, epoch } = event
        expect(seen).toMatchObject({ seq, at: instant, type, by, room, epoch })
      }
    },
  )

  property.prop([sessions, viewers])('when looked at twice is the same as once', (session, viewer) => {
    const driver = played(session)
    for (const { after } of driver.steps()) {
      expect(redactState(viewer, redactState(viewer, after))).toEqual(redactState(viewer, after))
    }
    expect(shown(viewer, shown(viewer, driver.log()))).toEqual(shown(viewer, driver.log()))
  })
})

/** Texts that leave through nothing: who holds a session, a connection or the token, and hashes of them. */
const never = (log: ReadonlyArray<RecordedEvent<RoomEvent>>): ReadonlyArray<string> => [
  '"secret"',
  'session-of-',
  'connection-',
  tokens.right,
  tokens.wrong,
  ...log.flatMap((event) => (event.type === 'room.created' && event.secret ? [event.secret.tokenHash] : [])),
]

/** The secrets of draws, and the record from which on everybody may know them. */
const drawSecrets = (
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<{ readonly text: string; readonly knownFrom: number }> => {
  const ends = log
    .map(builtIn)
    .flatMap(({ type, seq }) =>
      type === 'random-picker.complete' || type === 'random-picker.cancelled' ? [seq] : [],
    )
  return log.map(builtIn).flatMap((event) => {
    const knownFrom = ends.find((seq) => seq > event.seq) ?? Infinity
    if (event.type === 'random-picker.committed' && event.secret) {
      return [{ text: event.secret.serverSeed, knownFrom }]
    }
    // What a plan is called and looks like; its single numbers are shown tick by tick.
    if (event.type === 'random-picker.started' && event.secret) {
      return [{ text: JSON.stringify(event.secret.plan), knownFrom: Infinity }]
    }
    return []
  })
}

/** What a quiz asks later, and the record in which it does; its first question is never a secret. */
const quizSecrets = (
  log: ReadonlyArray<RecordedEvent<RoomEvent>>,
): ReadonlyArray<{ readonly text: string; readonly knownFrom: number }> =>
  log.map(builtIn).flatMap((event) => {
    if (event.type !== 'telequiz.question' || event.secret === undefined) return []
    return event.secret.later.flatMap(({ text, choices }) => {
      const asked = log
        .map(builtIn)
        .find(({ seq, type, data }) => seq > event.seq && type === 'telequiz.question' && data.text === text)
      return [text, JSON.stringify(choices)].map((secret) => ({
        text: secret,
        knownFrom: asked?.seq ?? Infinity,
      }))
    })
  })

describe('who sees the same', () => {
  const viewing = (module: string): ReadonlyArray<string> => {
    const driver = roomDriver()
    for (const who of [ann, bob]) driver.send(entering(who, 'party', 'user'))
    driver.send({ type: 'activate', activity: module, options: null }, ann.memberId)
    driver.send({ type: 'deactivate', activity: module }, ann.memberId)
    const members = [ann, bob].map((who): Viewer => ({ type: 'member', id: who.memberId }))
    return [{ type: 'operator' } as const, ...members].map((viewer) => viewerClassOf(viewer, driver.state()))
  }

  test('are all members, as long as nothing was done that hides one from another', () => {
    expect(viewing('random-picker')).toEqual(['operator', 'member', 'member'])
  })

  test('is each member by itself once there was a quiz, where an answer is its author’s to see', () => {
    expect(viewing('telequiz')).toEqual(['operator', `member ${ann.memberId}`, `member ${bob.memberId}`])
  })
})

describe('what is secret', () => {
  property.prop([sessions])('is in no event and in no view, of members and operators alike', (session) => {
    const driver = played(session)
    const texts = never(driver.log())
    const secrets = [...drawSecrets(driver.log()), ...quizSecrets(driver.log())]
    const leaks = (value: unknown, seq: number): ReadonlyArray<string> => {
      const text = JSON.stringify(value) ?? ''
      return [
        ...texts.filter((secret) => text.includes(secret)),
        ...secrets.flatMap(({ text: secret, knownFrom }) =>
          seq < knownFrom && text.includes(secret) ? [secret] : [],
        ),
      ]
    }
    for (const viewer of everyViewer) {
      const seen = shown(viewer, driver.log())
      expect(seen.flatMap((event) => leaks(event, event.seq))).toEqual([])
      expect(seen.filter(({ cause }) => cause !== null)).toEqual([])
      for (const { records, after } of driver.steps()) {
        const last = records.at(-1)
        if (last !== undefined) expect(leaks(redactState(viewer, after), last.seq)).toEqual([])
      }
    }
  })

  property.prop([sessions])('as a token is not even in the log', (session) => {
    const driver = played(session)
    const text = JSON.stringify([driver.log(), driver.state()])
    expect(text).not.toContain(tokens.right)
    expect(text).not.toContain(tokens.wrong)
  })

  test('stands in the log apart from the data, so that it can be cut out', () => {
    given()
      .when(asking(entering(ann, 'picker', 'viewer', { token: tokens.right })))
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
    if (state.phase === 'absent') throw new Error('the room is there')
    return { log, state }
  }
  const readBy = (history: 'own' | 'all', memberId: string): ReadonlyArray<number> => {
    const { log, state } = rejoined(history)
    return log.flatMap(({ seq }) => (mayRead(state, memberId, seq) ? [seq] : []))
  }

  test('reads its log from its own first join on, by whatever way it came since', () => {
    expect(readBy('own', ann.memberId)).toEqual([3, 4, 5])
    expect(readBy('own', bob.memberId)).toEqual([2, 3, 4, 5])
  })

  test('reads all of it where the room says so', () => {
    expect(readBy('all', ann.memberId)).toEqual([1, 2, 3, 4, 5])
  })

  test('reads nothing once it has left, and a stranger never does', () => {
    const { log, state } = rejoined('all')
    const gone = foldOf(recorded([hasLeft(ann, 'mesh', 'peer', 'left')], log.length), state)
    if (gone.phase === 'absent') throw new Error('the room is there')
    expect(mayRead(gone, ann.memberId, 6)).toBe(false)
    expect(readBy('all', at(everybody[3], 1).memberId)).toEqual([])
    expect(readBy('all', '__proto__')).toEqual([])
    expect(readBy('all', 'constructor')).toEqual([])
  })
})
