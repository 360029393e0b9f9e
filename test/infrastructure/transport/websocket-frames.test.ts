import { EventEmitter } from 'node:events'
import { Socket as NetSocket } from 'node:net'
import { expect, test } from 'vitest'
import { directStream } from '../../../src/infrastructure/transport/websocket-frames.js'
import type { EngineConnection } from '../../../src/infrastructure/transport/engine-io-internals.js'

type Shape = { readyState?: string; writeBuffer?: unknown[]; webSocket?: number; sender?: number }

const stream = new NetSocket()

/** An open WebSocket connection with nothing buffered, changed by `shape`. */
const connection = ({
  readyState = 'open',
  writeBuffer = [],
  webSocket = 1,
  sender = 0,
}: Shape): EngineConnection =>
  Object.assign(new EventEmitter(), {
    readyState,
    writeBuffer,
    pingTimeoutTimer: null,
    remoteAddress: '',
    request: { headers: {} },
    transport: {
      name: 'websocket',
      socket: {
        readyState: webSocket,
        _socket: stream,
        _sender: { _state: sender },
        terminate: () => {},
        pause: () => {},
        resume: () => {},
        once: () => {},
      },
    },
    sendPacket: () => {},
    close: () => {},
  })

test('the stream of an open WebSocket with nothing buffered is written to directly', () => {
  expect(directStream(connection({}))).toBe(stream)
})

test.each<[string, Shape]>([
  ['Engine.IO holds packets back', { writeBuffer: [{}] }],
  ['Engine.IO is closing', { readyState: 'closing' }],
  ['the closing frame was sent', { webSocket: 2 }],
  ['ws holds frames back', { sender: 1 }],
])('the stream of a WebSocket is not written to directly when %s', (_why, shape) => {
  expect(directStream(connection(shape))).toBeUndefined()
})
