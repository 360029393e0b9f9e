import { describe, expect, test } from 'vitest'
import { connectFourClient, pickerClient, quizClient, type StateSource } from '../../src/client/index.js'
import { withServer } from '../infrastructure/protocols/server-kit.js'

const becomes = <State>({ state, subscribe }: StateSource<State>, isSo: (state: State) => boolean) =>
  new Promise<State>((resolve) => {
    const check = (current: State): void => {
      if (!isSo(current)) return
      unsubscribe()
      resolve(current)
    }
    const unsubscribe = subscribe(check)
    check(state())
  })

describe('a client with the server’s URL and no ports', () => {
  const server = withServer()

  test('joins a room of the picker and leads a draw', async () => {
    const client = pickerClient({ url: server().url })
    client.join({ room: 'main', role: 'broadcaster', name: 'Ann' })
    await becomes(client, ({ status }) => status.type === 'joined')
    expect(await client.request('startRandom', { members: ['Bo', 'Cy'] })).toMatchObject({ success: true })
    expect(client.state().room.draw?.members.map(({ name }) => name)).toEqual(['Bo', 'Cy'])
    await client.leave()
    expect(client.state().status.type).toBe('outside')
    client.close()
  })

  test('creates, joins and plays a game of Connect Four', async () => {
    const [ann, bo] = [connectFourClient({ url: server().url }), connectFourClient({ url: server().url })]
    ann.join({ type: 'create', room: 'game', opponent: { kind: 'human' }, first: 'me' })
    await becomes(ann, ({ status }) => status.type === 'joined')
    bo.join({ type: 'join', room: 'game' })
    await becomes(ann, ({ game }) => game.phase.type === 'playing')
    expect(await ann.drop(3)).toEqual({ success: true, ply: 1, row: 5 })
    await becomes(bo, ({ game }) => game.ply === 1)
    for (const client of [ann, bo]) client.leave()
  })

  test('joins a quiz in the native namespace', async () => {
    const client = quizClient({ url: `${server().url}/` }, { room: 'room_friday', as: 'host' })
    client.join()
    const { status } = await becomes(client, ({ hosting }) => hosting === 'own')
    expect(status).toMatchObject({ type: 'joined', result: { room: 'room_friday' } })
    client.close()
  })
})
