import { describe, expect, it } from 'vitest'
import { fakeOutside } from '../../../application/engine/fake-effect-handler.js'
import { withServer } from '../with-server.js'

describe('a game against the computer', () => {
  const outside = fakeOutside()
  const server = withServer({ outside })

  it('starts at once, and the computer’s moves are told as aiMove', async () => {
    const ann = await server().client()
    expect(await ann.ask('createGame', { opponent: 'ai', level: 10, first: 'them' })).toMatchObject({
      you: 2,
      state: { status: 'playing', next: 1, players: { 1: { kind: 'ai', level: 10 } } },
    })
    await server().until(() => outside.open().length === 1)
    outside.open()[0]?.move(3)
    expect(await ann.hears('aiMove')).toMatchObject({ player: 1, column: 3, row: 5, ply: 1, next: 2 })
    expect(await ann.ask('dropDisc', { column: 3, ply: 2 })).toEqual({ success: true, ply: 2, row: 4 })
    await ann.fence()
    expect(ann.of('gameStarted', 'playerMove', 'aiMove').map(({ ply }) => ply)).toEqual([undefined, 1, 2])
    await server().until(() => outside.open().length === 1)
    expect(await ann.ask('resign')).toEqual({ success: true })
    await server().until(() => outside.open().length === 0)
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
