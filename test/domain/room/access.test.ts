import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import {
  contextOf,
  at,
  created,
  entering,
  firstInstant,
  foldOf,
  given,
  hasJoined,
  openRules,
  person,
  recorded,
  wentAway,
} from '../../kit/index.js'

const { decide, nextTimer } = builtInModel

const ann = person('ann', 'user-a')
const bob = person('bob')
const token = 'open sesame'

/** The events of a private room, decided by the room. */
const privateRoom = (): ReadonlyArray<RoomEvent> => {
  const decision = decide(contextOf({ type: 'create', token, rules: openRules }), foldOf([]))
  return decision._tag === 'Right' ? decision.right : []
}

describe('a private room', () => {
  test('is created with a token, of which the log has only a hash', () => {
    const [event] = privateRoom()
    expect(event).toMatchObject({ type: 'room.created', data: { isPrivate: true } })
    expect(JSON.stringify(event)).not.toContain(token)
    expect(event?.secret).toEqual({ tokenHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  test.each([[null], [''], ['open sesam'], ['Open sesame'], ['open sesame ']])(
    'rejects the token %j',
    (wrong) => {
      given(...privateRoom())
        .when(contextOf(entering(ann, 'picker', 'viewer', { token: wrong })))
        .thenRejected({ type: 'access-denied', cause: 'token' })
    },
  )

  test('accepts its token', () => {
    given(...privateRoom())
      .when(contextOf(entering(ann, 'picker', 'viewer', { token })))
      .then(hasJoined(ann, 'picker', 'viewer'))
  })

  test('asks a member for no token when it enters another protocol or resumes', () => {
    const past = [...privateRoom(), hasJoined(ann, 'picker', 'viewer')]
    given(...past)
      .when(contextOf(entering(ann, 'mesh', 'peer')))
      .then(hasJoined(ann, 'mesh', 'peer'))
    const { memberId, session } = ann
    const back = decide(
      contextOf({ type: 'resume', memberId, session, connection: at(ann, 2).connection }),
      foldOf(recorded(past)),
    )
    expect(back).toMatchObject({ _tag: 'Right', right: [{ type: 'room.member-back' }] })
  })

  test('rejects a session without a token that names a user who is away in the room', () => {
    given(...privateRoom(), hasJoined(ann, 'picker', 'viewer'), wentAway(ann, firstInstant + 1))
      .when(contextOf(entering(person('impostor', 'user-a'), 'picker', 'viewer')))
      .thenRejected({ type: 'access-denied', cause: 'token' })
  })

  test('has a token hash that differs from the hash in another room', () => {
    const otherRoom = decide(contextOf({ type: 'create', token, rules: openRules }), initial(roomId('other')))
    const events = otherRoom._tag === 'Right' ? otherRoom.right : []
    expect(events.map(({ secret }) => secret)).not.toEqual(privateRoom().map(({ secret }) => secret))
    expect(events).toHaveLength(1)
  })

  test('rejects its token if its log was read without secrets', () => {
    given({ ...created, data: { ...created.data, isPrivate: true } })
      .when(contextOf(entering(ann, 'picker', 'viewer', { token })))
      .thenRejected({ type: 'access-denied', cause: 'token' })
  })
})

describe('an open room', () => {
  test('accepts any token and none', () => {
    for (const anyToken of [null, '', 'a token']) {
      given(created)
        .when(contextOf(entering(ann, 'picker', 'viewer', { token: anyToken })))
        .then(hasJoined(ann, 'picker', 'viewer'))
    }
  })
})

describe('a closed room', () => {
  const closed: ReadonlyArray<RoomEvent> = [
    created,
    hasJoined(ann, 'picker', 'viewer'),
    wentAway(ann, firstInstant + 1),
    { type: 'room.closed', data: { reason: 'imported' } },
  ]

  test('rejects newcomers and its own members', () => {
    for (const each of [ann, bob]) {
      given(...closed)
        .when(contextOf(entering(each, 'picker', 'viewer')))
        .thenRejected({ type: 'access-denied', cause: 'closed' })
    }
  })

  test('has no timer', () => {
    const [closing] = closed.slice(-1)
    expect(nextTimer(foldOf(recorded(closed.slice(0, -1))))).toBeDefined()
    expect(closing?.type).toBe('room.closed')
    expect(nextTimer(foldOf(recorded(closed)))).toBeUndefined()
  })
})
