import fc from 'fast-check'
import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import {
  connectFourClient,
  type ConnectFourClient,
} from '../../../src/client/connect-four/connect-four-client.js'
import { ownSide } from '../../../src/client/connect-four/game.js'
import type { Connect } from '../../../src/client/connection.js'
import { columns } from '../../kit/index.js'
import { liveServer, type LiveServer } from '../../kit/live-server.js'
import { fakeStorage, fakeTimer } from '../fake-server.js'

/** A real connection that a test cuts and reconnects. */
const wireTo = (url: string) => {
  let breaks = (): void => {}
  let comesBack = (): void => {}
  const connect: Connect = (auth) => {
    const socket = io(url, {
      autoConnect: false,
      forceNew: true,
      reconnection: false,
      transports: ['websocket'],
      auth: (send) => send({ ...auth() }),
    })
    breaks = () => void socket.io.engine.close()
    comesBack = () => void socket.connect()
    return {
      listen: (listener) => {
        socket.on('connect', () => listener.opened())
        socket.on('disconnect', () => listener.closed({ type: 'lost' }))
        socket.onAny((event: string, payload: unknown) => listener.received(event, payload))
      },
      open: () => void socket.connect(),
      close: () => void socket.disconnect(),
      setReconnecting: () => {},
      send: (event, payload, answered) => void socket.emit(event, payload, answered),
    }
  }
  return { connect, breaks: () => breaks(), comesBack: () => comesBack() }
}

interface Seated {
  readonly client: ConnectFourClient
  readonly wire: ReturnType<typeof wireTo>
}

const seated = (server: LiveServer, name: string): Seated => {
  const wire = wireTo(server.url)
  let ids = 0
  const client = connectFourClient({
    connect: wire.connect,
    storage: fakeStorage(),
    after: fakeTimer().after,
    newId: () => `${name}-${++ids}`,
    now: () => 0,
  })
  return { client, wire }
}

const isIn = ({ client }: Seated): boolean =>
  client.state().status.type === 'joined' && client.state().status.connection.type === 'connected'

interface Step {
  readonly column: 0 | 1 | 2 | 3 | 4 | 5 | 6
  /** when the connection of the moving player is cut */
  readonly cut: 'never' | 'before' | 'with-the-move'
  /** whether the other player is away meanwhile */
  readonly otherIsAway: boolean
}

const steps: fc.Arbitrary<ReadonlyArray<Step>> = fc.array(
  fc.record({
    column: columns,
    cut: fc.constantFrom('never' as const, 'never', 'before', 'with-the-move', 'with-the-move'),
    otherIsAway: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

const play = async (
  server: LiveServer,
  seats: readonly [Seated, Seated],
  step: Step & { ply: number },
): Promise<boolean> => {
  const [first] = seats
  const { phase } = first.client.state().game
  if (phase.type !== 'playing') return false
  const mover = seats.find(({ client }) => ownSide(client.state().game) === phase.next) ?? first
  const other = mover === seats[0] ? seats[1] : seats[0]
  if (step.otherIsAway) other.wire.breaks()
  if (step.cut === 'before') {
    mover.wire.breaks()
    mover.wire.comesBack()
    await server.until(() => isIn(mover))
  }
  const answer = mover.client.drop(step.column)
  if (step.cut === 'with-the-move') {
    mover.wire.breaks()
    await server.until(() => mover.client.state().status.connection.type === 'lost')
    mover.wire.comesBack()
  }
  const { success } = await answer
  if (step.otherIsAway) {
    await server.until(() => other.client.state().status.connection.type === 'lost')
    other.wire.comesBack()
  }
  // The answer to a move comes before its emit.
  const ply = step.ply + (success ? 1 : 0)
  const hasHeard = ({ client }: Seated): boolean => client.state().game.ply === ply
  await server.until(() => seats.every(isIn) && seats.every(hasHeard))
  return success
}

test('two clients on a real server have the same game and each move once, with any lost connections', async () => {
  let cuts = 0
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const server = await liveServer()
      const seats = [seated(server, 'ann'), seated(server, 'bob')] as const
      const [ann, bob] = seats
      ann.client.join({ type: 'create', room: 'g', opponent: { kind: 'human' }, first: 'me' })
      await server.until(() => isIn(ann))
      bob.client.join({ type: 'join', room: 'g' })
      await server.until(() => seats.every(({ client }) => client.state().game.phase.type === 'playing'))
      let made = 0
      for (const step of all) {
        if (await play(server, seats, { ...step, ply: made })) made += 1
        if (step.cut === 'with-the-move') cuts += 1
      }
      const watcher = await server.client()
      const { state } = await watcher.ask('joinGame', { room: 'g' })
      const moves = server.log.filter(({ type }: { type: string }) => type === 'connect-four.moved')
      expect(moves).toHaveLength(made)
      for (const { client } of seats) {
        const { board, ply, players } = client.state().game
        expect(state).toMatchObject({ board, ply, players })
        expect(ply).toBe(made)
      }
      for (const { client } of seats) client.leave()
      await server.close()
      expect(server.defects).toEqual([])
    }),
    { numRuns: 25 },
  )
  expect(cuts).toBeGreaterThan(0)
})
