import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'

describe('the picker on real sockets', () => {
  let server: LiveServer
  beforeEach(async () => {
    server = await liveServer()
  })
  afterEach(async () => {
    expect(server.defects).toEqual([])
    await server.close()
    expect(server.engine.load().undecided).toBe(0)
  })

  it('shows the same draw to the leader and to everybody who watches', async () => {
    const leader = await server.client()
    const viewer = await server.client()
    const led = await leader.ask('broadcaster-join', { name: 'Lea' })
    expect(led).toMatchObject({
      success: true,
      room: 'main',
      memberId: leader.id,
      role: 'broadcaster',
      viewers: 0,
    })
    const watched = await viewer.ask('viewer-join')
    expect(watched).toMatchObject({ success: true, broadcasterId: leader.id, viewers: 1 })
    const started = await leader.ask('startRandom', ['Ann', { id: 'b', name: 'Bob' }, 'Cléo'])
    expect(started['success']).toBe(true)
    const late = await server.client()
    server.clock.advance(300)
    await viewer.hears('randomHighlight', ({ tick }) => tick === 3)
    const joinedLate = await late.ask('viewer-join', {})
    expect(joinedLate['draw']).toMatchObject({
      drawId: started['drawId'],
      members: [{ id: '#1' }, { id: 'b' }, { id: '#3' }],
    })
    server.clock.advance(4_700)
    const complete = await viewer.hears('randomComplete')
    await leader.hears('randomCommitted', ({ drawNo }) => drawNo === 2)
    await late.hears('randomCommitted', ({ drawNo }) => drawNo === 2)
    const draws = (client: typeof leader) => client.heard.filter(([event]) => event.startsWith('random'))
    expect(
      draws(viewer)
        .filter(([event]) => event === 'randomHighlight')
        .map(([, { tick }]) => tick),
    ).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
    expect(draws(leader).slice(1)).toEqual(draws(viewer))
    expect(complete['winner']).toEqual(
      draws(viewer).findLast(([event]) => event === 'randomHighlight')?.[1]['member'],
    )
  })
})
