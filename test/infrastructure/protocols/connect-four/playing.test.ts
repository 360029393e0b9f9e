import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { codeOf, withServer } from '../server-kit.js'

const emptyBoard = Array.from({ length: 6 }, () => [0, 0, 0, 0, 0, 0, 0])

describe('a game between two', () => {
  const server = withServer()

  /** Ann is player 1, Bob is player 2, and Cy watches. */
  const startGame = async (): Promise<readonly [Client, Client, Client]> => {
    const [ann, bob, cy] = [await server().client(), await server().client(), await server().client()]
    await ann.ask('createGame', { room: 'g', opponent: 'human', name: 'Ann' })
    await bob.ask('joinGame', { room: 'g', name: 'Bob' })
    await cy.ask('joinGame', { room: 'g' })
    return [ann, bob, cy]
  }

  const play = async (
    players: readonly [Client, Client],
    ...columns: ReadonlyArray<number>
  ): Promise<void> => {
    for (const [index, column] of columns.entries()) {
      const player = index % 2 === 0 ? players[0] : players[1]
      expect(await player.ask('dropDisc', { column, ply: index + 1 })).toMatchObject({ success: true })
    }
  }

  it('is created in a new room, waits, and starts when the second player joins', async () => {
    const [ann, bob] = [await server().client('/', { userId: 'a', name: 'Ann' }), await server().client()]
    const created = await ann.ask('createGame', { opponent: 'human', first: 'them' })
    expect(created).toEqual({
      success: true,
      room: expect.stringMatching(/^game_[2-9a-z]{4}-[2-9a-z]{4}$/),
      you: 2,
      state: {
        board: emptyBoard,
        next: null,
        ply: 0,
        status: 'waiting',
        players: { 1: null, 2: { kind: 'human', memberId: ann.id, name: 'Ann' } },
      },
    })
    const room = created['room']
    const players = {
      1: { kind: 'human', memberId: bob.id },
      2: { kind: 'human', memberId: ann.id, name: 'Ann' },
    }
    expect(await bob.ask('joinGame', { room })).toEqual({
      success: true,
      you: 1,
      state: { board: emptyBoard, next: 1, ply: 0, status: 'playing', players },
    })
    expect(await ann.waitFor('gameStarted')).toEqual({
      players,
      next: 1,
      board: emptyBoard,
      room,
      seq: expect.any(Number),
      at: expect.any(Number),
    })
  })

  it('shows each move and the end to players and watchers alike', async () => {
    const [ann, bob, cy] = await startGame()
    const watched = await cy.ask('joinGame', { room: 'g' })
    expect(watched).toMatchObject({ you: null, state: { status: 'playing', next: 1 } })
    await play([ann, bob], 0, 6, 1, 6, 2, 6)
    expect(await ann.ask('dropDisc', { column: 3 })).toEqual({ success: true, ply: 7, row: 5 })
    const end = {
      winner: 1,
      reason: 'four',
      line: [
        [5, 0],
        [5, 1],
        [5, 2],
        [5, 3],
      ],
    }
    for (const client of [ann, bob, cy]) expect(await client.waitFor('gameOver')).toMatchObject(end)
    const moves = cy.payloadsOf('playerMove')
    expect(moves).toHaveLength(7)
    expect(moves[6]).toMatchObject({
      player: 1,
      column: 3,
      row: 5,
      ply: 7,
      next: null,
      status: 'won',
      board: [
        ...emptyBoard.slice(0, 2),
        [0, 0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 2],
        [0, 0, 0, 0, 0, 0, 2],
        [1, 1, 1, 1, 0, 0, 2],
      ],
    })
    expect(ann.payloadsOf('playerMove', 'gameOver')).toEqual(cy.payloadsOf('playerMove', 'gameOver'))
    expect(await cy.ask('joinGame', { room: 'g' })).toMatchObject({
      state: { status: 'won', next: null, ply: 7 },
    })
  })

  it('answers a repeated move id with the first answer, and plays nothing', async () => {
    const [ann, bob] = await startGame()
    const move = { column: 3, moveId: 'a1' }
    const first = await ann.ask('dropDisc', move)
    expect(first).toEqual({ success: true, ply: 1, row: 5 })
    expect(await ann.ask('dropDisc', move)).toEqual(first)
    await bob.ask('dropDisc', { column: 3, moveId: 'a1' })
    expect(await ann.ask('dropDisc', move)).toEqual(first)
    expect(codeOf(await ann.ask('dropDisc', { column: 4, moveId: 'a1' }))).toBe('command-id-reused')
    expect(server().log.filter(({ type }: { type: string }) => type === 'connect-four.moved')).toHaveLength(2)
  })

  it('accepts one of two simultaneous moves, from one player or from both', async () => {
    const [ann, bob] = await startGame()
    const drops = (...all: ReadonlyArray<readonly [Client, object]>) =>
      Promise.all(all.map(async ([who, move]) => codeOf(await who.ask('dropDisc', move)) ?? 'done'))
    expect(await drops([ann, { column: 3 }], [ann, { column: 4 }])).toEqual(['done', 'not-your-turn'])
    expect(await drops([bob, { column: 3, ply: 2 }], [bob, { column: 3, ply: 2 }])).toEqual([
      'done',
      'stale-move',
    ])
    const [anns, bobs] = await drops([ann, { column: 2, ply: 3 }], [bob, { column: 2, ply: 3 }])
    expect(anns).toBe('done')
    // The code depends on the order of the two requests.
    expect(['stale-move', 'not-your-turn']).toContain(bobs)
    expect(server().log.filter(({ type }: { type: string }) => type === 'connect-four.moved')).toHaveLength(3)
  })

  it('rejects invalid moves with their codes, and changes nothing', async () => {
    const [ann, bob, cy] = await startGame()
    const stranger = await server().client()
    const rejectionCodes = async (): Promise<ReadonlyArray<unknown>> => [
      codeOf(await bob.ask('dropDisc', { column: 0 })),
      codeOf(await ann.ask('dropDisc', { column: 0, ply: 2 })),
      codeOf(await cy.ask('dropDisc', { column: 0 })),
      codeOf(await cy.ask('resign')),
      codeOf(await cy.ask('rematch')),
      codeOf(await ann.ask('rematch')),
      codeOf(await cy.ask('createGame', { room: 'g', opponent: 'ai' })),
      codeOf(await stranger.ask('dropDisc', { column: 0 })),
      codeOf(await stranger.ask('dropDisc', { room: 'g', column: 0 })),
      codeOf(await stranger.ask('joinGame', { room: 'nowhere' })),
    ]
    const length = server().log.length
    expect(await rejectionCodes()).toEqual([
      'not-your-turn',
      'stale-move',
      'not-a-player',
      'not-a-player',
      'not-a-player',
      'room-exists',
      'room-exists',
      'not-in-room',
      'not-in-room',
      'room-not-found',
    ])
    await stranger.ask('viewer-join', { room: 'lobby' })
    expect(codeOf(await ann.ask('joinGame', { room: 'lobby' }))).toBe('activity-inactive')
    await play([ann, bob], 0, 0, 0, 0, 0, 0)
    expect(await ann.ask('dropDisc', { column: 0 })).toMatchObject({
      error: { code: 'column-full', column: 0, event: 'dropDisc' },
    })
    expect(await ann.ask('resign')).toEqual({ success: true })
    expect(codeOf(await bob.ask('dropDisc', { column: 1 }))).toBe('game-over')
    expect(codeOf(await bob.ask('resign'))).toBe('game-over')
    expect(
      server()
        .log.slice(length)
        .filter(({ type }: { type: string }) => type === 'connect-four.over'),
    ).toHaveLength(1)
  })

  it.each([
    ['dropDisc', { column: 7 }, 'column'],
    ['dropDisc', { column: -1 }, 'column'],
    ['dropDisc', { column: 1.5 }, 'column'],
    ['dropDisc', { column: '3' }, 'column'],
    ['dropDisc', { column: null }, 'column'],
    ['dropDisc', { column: {} }, 'column'],
    ['dropDisc', {}, 'column'],
    ['dropDisc', { column: 3, ply: 0 }, 'ply'],
    ['dropDisc', { column: 3, ply: 43 }, 'ply'],
    ['dropDisc', { column: 3, moveId: '' }, 'moveId'],
    ['createGame', {}, 'opponent'],
    ['createGame', { opponent: 'dog' }, 'opponent'],
    ['createGame', { opponent: 'ai', level: 11 }, 'level'],
    ['createGame', { opponent: 'ai', level: 0 }, 'level'],
    ['createGame', { opponent: 'human', first: 'us' }, 'first'],
    ['createGame', { opponent: 'human', room: 'a b' }, 'room'],
    ['joinGame', {}, 'room'],
    ['resign', { room: 7 }, 'room'],
  ] as const)('does not take %s %j', async (event, payload, path) => {
    const client = await server().client()
    expect(await client.ask(event, payload)).toMatchObject({ error: { code: 'invalid-payload', path } })
    expect(server().log).toEqual([])
  })

  it('emits gameError for a failed request without an acknowledgement', async () => {
    const [, bob] = await startGame()
    bob.socket.emit('dropDisc', { column: 3 })
    expect(await bob.waitFor('gameError')).toEqual({
      code: 'not-your-turn',
      message: 'It is not your turn',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    await bob.flush()
    expect(bob.payloadsOf('error')).toEqual([])
  })

  it('starts a rematch with swapped sides when both players have requested it (G-8)', async () => {
    const [ann, bob] = await startGame()
    await ann.ask('resign')
    expect(await bob.waitFor('gameOver')).toMatchObject({ winner: 2, reason: 'resigned' })
    expect(await ann.ask('rematch')).toEqual({ success: true })
    expect(await bob.ask('rematch', { room: 'g' })).toEqual({ success: true })
    const again = await ann.waitFor('gameStarted', ({ seq }) => Number(seq) > 6)
    expect(again).toMatchObject({ players: { 1: { memberId: bob.id }, 2: { memberId: ann.id } } })
    expect(codeOf(await ann.ask('dropDisc', { column: 3 }))).toBe('not-your-turn')
  })

  it('continues when a player reconnects within the grace period', async () => {
    const [ann, bob] = await startGame()
    await play([ann, bob], 3, 3)
    await server().loseConnection(ann)
    expect(await bob.waitFor('playerDisconnected')).toMatchObject({ player: 1, graceMs: 15_000 })
    const back = await server().client('/', { sessionId: ann.session.sessionId })
    expect(await bob.waitFor('playerReconnected')).toMatchObject({ player: 1 })
    expect(back.session.memberships).toMatchObject([{ room: 'g', memberId: ann.id, role: 'player' }])
    expect(await back.ask('dropDisc', { column: 2, ply: 3 })).toMatchObject({ ply: 3 })
    expect(await back.ask('joinGame', { room: 'g' })).toMatchObject({ you: 1, state: { ply: 3 } })
    server().clock.advance(60_000)
    await bob.flush()
    expect(bob.payloadsOf('gameOver')).toEqual([])
  })

  it('sends a resumed player the missed moves', async () => {
    const [ann, bob] = await startGame()
    const { seq } = await ann.waitFor('gameStarted')
    await server().loseConnection(bob)
    await ann.ask('dropDisc', { column: 6 })
    const back = await server().client('/', { sessionId: bob.session.sessionId, offsets: { g: seq } })
    expect(await back.waitFor('playerMove')).toMatchObject({ player: 1, column: 6, ply: 1 })
    expect(await back.ask('dropDisc', { column: 6 })).toEqual({ success: true, ply: 2, row: 4 })
  })

  it('is forfeited by an away player at the end of the grace period, and not before (G-9)', async () => {
    const [ann, bob, cy] = await startGame()
    await server().loseConnection(bob)
    server().clock.advance(14_999)
    await ann.flush()
    expect(ann.payloadsOf('gameOver')).toEqual([])
    server().clock.advance(1)
    for (const client of [ann, cy]) {
      expect(await client.waitFor('gameOver')).toMatchObject({ winner: 1, reason: 'forfeit' })
    }
    expect(await cy.ask('joinGame', { room: 'g' })).toMatchObject({ state: { status: 'over' } })
    expect(codeOf(await ann.ask('rematch'))).toBe('target-not-found')
  })

  it('is resigned by a player who leaves for another game or disconnects, and not by a watcher (G-9)', async () => {
    const [ann, bob, cy] = await startGame()
    cy.socket.disconnect()
    await server().waitForRecord(({ type }) => type === 'room.member-left')
    expect(ann.payloadsOf('gameOver', 'playerDisconnected')).toEqual([])
    const other = await bob.ask('createGame', { opponent: 'human' })
    expect(await ann.waitFor('gameOver')).toMatchObject({ winner: 1, reason: 'resigned' })
    // A player receives nothing of the game that it left, and its commands mean the other game.
    expect(codeOf(await bob.ask('dropDisc', { column: 0 }))).toBe('not-your-turn')
    await ann.ask('joinGame', { room: other['room'] })
    expect(await bob.ask('dropDisc', { column: 0 })).toMatchObject({ ply: 1 })
    ann.socket.disconnect()
    expect(await bob.waitFor('gameOver')).toMatchObject({
      room: other['room'],
      winner: 1,
      reason: 'resigned',
    })
  })

  it('needs the token with which it was created', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    await ann.ask('createGame', { room: 'g', opponent: 'human', token: 'open sesame' })
    expect(codeOf(await bob.ask('joinGame', { room: 'g' }))).toBe('access-denied')
    expect(await bob.ask('joinGame', { room: 'g', token: 'open sesame' })).toMatchObject({ you: 2 })
  })

  it('is played with the same commands in the native and the party protocol', async () => {
    const [ann, native] = [await server().client(), await server().client('/rooms')]
    await ann.ask('createGame', { room: 'g', opponent: 'human' })
    await native.ask('join', { room: 'g' })
    const send = (id: string, type: string, payload: object = {}) =>
      native.ask('command', { room: 'g', id, type, payload })
    expect(await send('1', 'connect-four.join')).toMatchObject({ success: true })
    await ann.ask('dropDisc', { column: 3 })
    expect(await send('2', 'connect-four.drop', { column: 3, ply: 2 })).toMatchObject({ success: true })
    expect(await ann.waitFor('playerMove', ({ ply }) => ply === 2)).toMatchObject({ player: 2, row: 4 })
    expect(codeOf(await send('3', 'connect-four.drop', { column: 9 }))).toBe('invalid-payload')
    for (const type of ['connect-four.play-thought', 'connect-four.give-up']) {
      expect(codeOf(await send('4', type, { game: 1, ply: 3, column: 3 }))).toBe('invalid-payload')
    }
    const events = native.payloadsOf('event')
    expect(events.map(({ type }) => type).filter((type) => String(type).startsWith('connect-four.'))).toEqual(
      ['connect-four.started', 'connect-four.moved', 'connect-four.moved'],
    )

    const guest = await server().client()
    await guest.ask('JOIN_USER_REQUEST', { roomId: 'g', user: { id: 'u', name: 'Uma' } })
    const custom = { module: 'connect-four', event: 'drop', payload: { column: 1 } }
    expect(codeOf(await guest.ask('CUSTOM_MODULE_EVENT', custom))).toBe('not-a-player')
    await ann.ask('resign')
    expect(await guest.waitFor('CUSTOM_MODULE_EVENT')).toMatchObject({
      module: 'connect-four',
      event: 'over',
      payload: { winner: 2, reason: 'resigned' },
    })
  })

  it('is played in both protocols by a member that has two', async () => {
    const [ann, bob] = await startGame()
    await ann.ask('viewer-join', { room: 'g' })
    await play([ann, bob], 0, 1)
    await ann.ask('leave')
    await ann.flush()
    expect(ann.payloadsOf('gameOver')).toEqual([])
    expect(await ann.ask('dropDisc', { column: 0, ply: 3 })).toMatchObject({ ply: 3 })
  })
})
