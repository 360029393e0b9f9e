import { describe, expect, it } from 'vitest'
import { fakeComputer } from '../../../application/engine/fake-computer.js'
import { withServer } from '../with-server.js'

describe('a game against the computer', () => {
  const computer = fakeComputer()
  const server = withServer({ model: computer.model })

  it('starts at once, and the computer’s moves are told as aiMove', async () => {
    const ann = await server().client()
    expect(await ann.ask('createGame', { opponent: 'ai', level: 10, first: 'them' })).toMatchObject({
      you: 2,
      state: { status: 'playing', next: 1, players: { 1: { kind: 'ai', level: 10 } } },
    })
    await server().until(() => computer.open().length === 1)
    computer.open()[0]?.move(3)
    expect(await ann.hears('aiMove')).toMatchObject({ player: 1, column: 3, row: 5, ply: 1, next: 2 })
    expect(await ann.ask('dropDisc', { column: 3, ply: 2 })).toEqual({ success: true, ply: 2, row: 4 })
    await ann.fence()
    expect(ann.of('gameStarted', 'playerMove', 'aiMove').map(({ ply }) => ply)).toEqual([undefined, 1, 2])
    await server().until(() => computer.open().length === 1)
    expect(await ann.ask('resign')).toEqual({ success: true })
    await server().until(() => computer.open().length === 0)
    expect(await ann.ask('rematch')).toEqual({ success: true })
    expect(await ann.ask('dropDisc', { column: 3 })).toMatchObject({ ply: 1 })
  })

  it('has somebody of middling strength where no level is named', async () => {
    const ann = await server().client()
    expect(await ann.ask('createGame', { opponent: 'ai' })).toMatchObject({
      you: 1,
      state: { players: { 2: { kind: 'ai', level: 5 } } },
    })
  })
})
