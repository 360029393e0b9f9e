import { describe, expect, test } from 'vitest'
import { emptyBoard } from '../../../src/client/connect-four/board.js'
import { connectFourClient, type GameOptions } from '../../../src/client/connect-four/connect-four-client.js'
import { ownSide } from '../../../src/client/connect-four/game.js'
import type { GameSnapshot } from '../../../src/client/connect-four/connect-four-wire.js'
import { fakeServer, fakeStorage, fakeTimer } from '../fake-server.js'

const players = {
  1: { kind: 'human', memberId: 'me', name: 'Ann' },
  2: { kind: 'ai', level: 7 },
} as const

const playing: GameSnapshot = { board: emptyBoard, next: 1, ply: 0, status: 'playing', players }
const entered = { success: true, room: 'game_1', you: 1, state: playing }

const againstComputer: GameOptions = {
  type: 'create',
  room: 'game_1',
  name: 'Ann',
  token: 'sesame',
  opponent: { kind: 'ai', level: 7 },
  first: 'me',
}

const membership = { room: 'game_1', memberId: 'me', role: 'player', seq: 4 }

const session = (memberships: ReadonlyArray<object> = []) => ({
  sessionId: 'secret-1',
  graceMs: 15_000,
  resumed: memberships.length > 0,
  rooms: [],
  memberships,
})

const refused = (code: string, more: object = {}) => ({
  success: false,
  error: { code, message: code, ...more },
})

const setUp = (storage = fakeStorage()) => {
  const server = fakeServer()
  const timer = fakeTimer()
  let ids = 0
  const client = connectFourClient({
    connect: server.connect,
    storage,
    after: timer.after,
    newId: () => `id-${++ids}`,
    now: () => 0,
  })
  const asked = (event: string): ReadonlyArray<object> =>
    server.sent.filter((sent) => sent.event === event).map(({ payload }) => payload)
  const returns = (memberships: ReadonlyArray<object> = [membership]): void => {
    server.opens()
    server.emits('session', session(memberships))
  }
  return { server, timer, client, storage, asked, returns }
}

const inGame = async (context = setUp()) => {
  context.client.join(againstComputer)
  context.returns([])
  await context.server.answers('createGame', entered)
  return context
}

/** The result, if the promise settles without another event. */
const settledBy = async <Result>(promise: Promise<Result>): Promise<Result | 'open'> => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  return Promise.race([promise, Promise.resolve('open' as const)])
}

describe('joining a game', () => {
  test('creates the game with its options, and is in it with the answer', async () => {
    const { server, client, asked, returns } = setUp()
    client.join(againstComputer)
    expect(server.calls).toEqual(['open'])
    expect(client.state().status).toMatchObject({ type: 'joining', options: { room: 'game_1' } })
    returns([])
    expect(asked('createGame')).toEqual([
      { room: 'game_1', name: 'Ann', token: 'sesame', first: 'me', opponent: 'ai', level: 7 },
    ])
    await server.answers('createGame', entered)
    const { status, game } = client.state()
    expect(status).toMatchObject({ type: 'joined', options: { room: 'game_1' } })
    expect(ownSide(game)).toBe(1)
    expect(game.phase).toEqual({ type: 'playing', next: 1 })
  })

  test('sends no level for a human opponent', async () => {
    const { client, asked, returns } = setUp()
    client.join({ type: 'create', room: 'game_1', opponent: { kind: 'human' }, first: 'them' })
    returns([])
    expect(asked('createGame')).toEqual([{ room: 'game_1', first: 'them', opponent: 'human' }])
  })

  test.each(['room-not-found', 'activity-inactive'])(
    'joins a game whose creation was not answered, and creates it if the answer is %s',
    async (code) => {
      const { server, client, asked, returns } = setUp()
      client.join(againstComputer)
      returns([])
      server.closes('lost')
      returns([])
      expect(asked('joinGame')).toEqual([{ room: 'game_1', name: 'Ann', token: 'sesame' }])
      await server.answers('joinGame', refused(code))
      expect(asked('createGame')).toHaveLength(2)
      await server.answers('createGame', entered)
      expect(client.state().status.type).toBe('joined')
      server.closes('lost')
      returns()
      expect(asked('joinGame')).toHaveLength(2)
      expect(asked('createGame')).toHaveLength(2)
    },
  )

  test('reports a refused join with its error, and can join again', async () => {
    const { server, client, asked, returns } = setUp()
    client.join({ type: 'join', room: 'game_1' })
    returns([])
    await server.answers('joinGame', refused('room-not-found'))
    expect(client.state().status).toMatchObject({ type: 'refused', error: { code: 'room-not-found' } })
    client.joinAgain()
    expect(asked('joinGame')).toHaveLength(2)
    await server.answers('joinGame', { ...entered, you: null })
    expect(client.state().status.type).toBe('joined')
    expect(ownSide(client.state().game)).toBeNull()
  })

  test('joins again after retryAfterMs when it was rate limited', async () => {
    const { server, client, timer, asked, returns } = setUp()
    client.join({ type: 'join', room: 'game_1' })
    returns([])
    await server.answers('joinGame', refused('rate-limited', { retryAfterMs: 700 }))
    timer.advance(699)
    expect(asked('joinGame')).toHaveLength(1)
    timer.advance(1)
    expect(asked('joinGame')).toHaveLength(2)
  })
})

describe('a move', () => {
  test('has the next ply, and is pending until it is answered', async () => {
    const { server, client, asked } = await inGame()
    const answer = client.drop(3)
    expect(asked('dropDisc')).toEqual([{ room: 'game_1', column: 3, ply: 1, moveId: 'id-1' }])
    expect(client.state().pending).toEqual({ column: 3, ply: 1 })
    expect(await client.drop(4)).toMatchObject({ success: false, error: { code: 'stale-move' } })
    await server.answers('dropDisc', { success: true, ply: 1, row: 5 })
    expect(await answer).toEqual({ success: true, ply: 1, row: 5 })
    expect(client.state().pending).toBeNull()
    expect(asked('dropDisc')).toHaveLength(1)
  })

  test('is sent again with its id after a reconnect, and is made once', async () => {
    const { server, client, asked, returns } = await inGame()
    const answer = client.drop(3)
    server.closes('lost')
    expect(await settledBy(answer)).toBe('open')
    expect(client.state().pending).toEqual({ column: 3, ply: 1 })
    returns()
    expect(asked('dropDisc')).toHaveLength(1)
    await server.answers('joinGame', entered)
    const [first, second] = asked('dropDisc')
    expect(second).toEqual(first)
    await server.answers('dropDisc', { success: true, ply: 1, row: 5 })
    expect(await answer).toEqual({ success: true, ply: 1, row: 5 })
    server.closes('lost')
    returns()
    await server.answers('joinGame', entered)
    expect(asked('dropDisc')).toHaveLength(2)
  })

  test('is sent again after store-unavailable, and not after an error of the rules', async () => {
    const { server, client, timer, asked } = await inGame()
    const answer = client.drop(3)
    await server.answers('dropDisc', refused('store-unavailable'))
    expect(await settledBy(answer)).toBe('open')
    timer.advance(1_000)
    expect(asked('dropDisc')).toHaveLength(2)
    await server.answers('dropDisc', refused('column-full'))
    expect(await answer).toMatchObject({ success: false, error: { code: 'column-full' } })
    expect(client.state().pending).toBeNull()
  })

  test('fails at once without a connection', async () => {
    const { server, client, asked } = await inGame()
    server.closes('lost')
    expect(await client.drop(3)).toMatchObject({ success: false, error: { code: 'not-connected' } })
    expect(client.state().pending).toBeNull()
    expect(asked('dropDisc')).toEqual([])
  })
})

describe('returning to a game', () => {
  test('resumes the session with its offsets, and ignores other games', async () => {
    const { server, client, returns } = await inGame()
    const away = { player: 1, graceMs: 15_000, at: 1 }
    server.emits('playerDisconnected', { ...away, room: 'game_1', seq: 5 })
    server.emits('playerDisconnected', { ...away, player: 2, room: 'game_0', seq: 9 })
    expect(client.state().game).toMatchObject({ seq: 5, away: { 2: null } })
    server.closes('lost')
    expect(client.state().status.connection).toEqual({ type: 'lost' })
    returns()
    expect(server.handshakes.at(-1)).toEqual({
      sessionId: 'secret-1',
      offsets: { game_1: 5, game_0: 9 },
    })
  })

  test('asks for the whole game again after a reload', async () => {
    const { server, storage } = await inGame()
    server.emits('playerReconnected', { player: 1, at: 1, room: 'game_1', seq: 7 })
    const again = setUp(storage)
    again.client.join({ type: 'join', room: 'game_1' })
    again.returns()
    expect(again.server.handshakes).toEqual([{ sessionId: 'secret-1', offsets: { game_1: 0 } }])
    expect(again.client.state().game.me).toBe('me')
  })

  test('starts at offset 0 as a new member', async () => {
    const { server, client, returns } = await inGame()
    server.emits('playerReconnected', { player: 1, at: 1, room: 'game_1', seq: 7 })
    server.closes('lost')
    returns([])
    await server.answers('joinGame', { ...entered, you: null })
    expect(client.state().game.seq).toBe(0)
    expect(ownSide(client.state().game)).toBeNull()
  })
})

test('sends a resignation and a rematch for this game', async () => {
  const { server, client, asked } = await inGame()
  const [resigned, wanted] = [client.resign(), client.rematch()]
  expect([asked('resign'), asked('rematch')]).toEqual([[{ room: 'game_1' }], [{ room: 'game_1' }]])
  await server.answers('resign', { success: true })
  await server.answers('rematch', refused('target-not-found'))
  expect(await resigned).toEqual({ success: true })
  expect(await wanted).toMatchObject({ error: { code: 'target-not-found' } })
})

test('closes the connection, forgets the game and settles the pending move when it leaves', async () => {
  const { server, client, storage } = await inGame()
  const answer = client.drop(3)
  client.leave()
  expect(server.calls.at(-1)).toBe('close')
  expect(await answer).toMatchObject({ error: { code: 'not-in-room' } })
  expect(client.state()).toMatchObject({ status: { type: 'outside' }, pending: null })
  expect(storage.held.get('roomreel.session.connect-four')).not.toContain('game_1')
})

test('calls a subscriber after every change until it unsubscribes', async () => {
  const { server, client } = await inGame()
  const seen: Array<string> = []
  const stop = client.subscribe(({ status }) => void seen.push(status.connection.type))
  server.closes('lost')
  expect(seen).toEqual(['lost'])
  stop()
  server.opens()
  expect(seen).toEqual(['lost'])
})
