import { EventEmitter } from 'node:events'
import type { Server, Socket } from 'socket.io'
import { expect, it } from 'vitest'
import { initial } from '../../../src/domain/room/index.js'
import { connectionId, memberId } from '../../../src/domain/kernel/ids.js'
import { openAudience } from '../../../src/infrastructure/connections/room-subscribers.js'
import type { Connection } from '../../../src/infrastructure/connections/connection.js'
import type { SentSignal } from '../../../src/infrastructure/connections/delivery-tracker.js'
import { meshEncoder } from '../../../src/infrastructure/protocols/mesh/encode.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'

const ann = memberId('ann')

/** A client that reads nothing: whatever is written to it stays, and it can be taken away. */
const unread = () => {
  const emitted: Array<unknown> = []
  const stream = Object.assign(new EventEmitter(), { writableLength: 100_000, bytesWritten: 0 })
  const conn = Object.assign(new EventEmitter(), {
    readyState: 'open',
    writeBuffer: [],
    transport: { socket: { _socket: stream } },
  })
  const emit = (_event: string, payload: unknown): void => void emitted.push(payload)
  const socket = { connected: true, conn, emit, join: () => undefined, leave: () => undefined }
  const goes = (): void => {
    socket.connected = false
    conn.readyState = 'closed'
    conn.emit('close')
  }
  const drains = (): void => {
    stream.writableLength = 0
    stream.emit('drain')
  }
  return { socket: socket as unknown as Socket, emitted, goes, drains }
}

const signals: ReadonlyArray<SentSignal> = [1, 2, 3].map((n) => ({
  room: testRoom,
  from: memberId('bob'),
  to: ann,
  kind: 'candidate',
  bytes: 10,
  encoder: meshEncoder,
  event: 'webrtc:ice',
  payload: { n },
}))

const scene = () => {
  const client = unread()
  const sent: Array<SentSignal> = []
  const nobody = { in: () => nobody, to: () => nobody, socketsJoin: () => undefined, emit: () => undefined }
  const audience = openAudience(testRoom, {
    io: () => ({ of: () => nobody }) as unknown as Server,
    clock: virtualClock(),
    encoders: [meshEncoder],
    sent: (_connection, signal) => void sent.push(signal),
    ended: () => undefined,
  })
  const connection = {
    socket: client.socket,
    namespace: '/',
    id: connectionId('c'),
    takesSeveral: false,
    naming: 'camel',
    current: new Map(),
  } as unknown as Connection
  audience.attach(ann, connection, 'mesh', true)
  audience.again(ann, connection, signals)
  const live = audience.goLive(ann, connection, { seq: 0, state: initial(testRoom), missesCount: false })
  return { ...client, sent, audience, connection, live }
}

it('signals that were being sent to a client when it went may not have arrived, and are kept', async () => {
  const { emitted, goes, sent, audience, connection, live } = scene()
  await settled()
  expect(emitted).toEqual([{ n: 1 }])
  audience.detach(ann, connection)
  expect(sent).toEqual(signals)
  goes()
  await live
  expect(sent).toEqual(signals)
})

it('signals that a client has read are on their way once, and kept from then on', async () => {
  const { emitted, drains, sent, audience, connection, live } = scene()
  await settled()
  expect(sent).toEqual([])
  drains()
  await live
  expect(emitted).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }])
  audience.detach(ann, connection)
  expect(sent).toEqual(signals)
})
