import type { Socket as NetSocket } from 'node:net'
import type { EngineConnection } from './engine-io-internals.js'
import type { RawPacket } from './raw-json.js'

/**
 * Most of what a delivery costs in Engine.IO is not the delivery: a packet object, two buffers of callbacks,
 * six events and two writes. When nothing waits before it, a text frame can go to the TCP stream at once. The
 * stream keeps the order with whatever Engine.IO wrote before and will write after; if Engine.IO still holds
 * packets, or the transport is not an open websocket, the packet takes the ordinary way behind them.
 */

/** `4` is Engine.IO's "message". */
const MESSAGE = '4'
const FINAL_TEXT_FRAME = 0x81

/** One unmasked websocket text frame, header and all, that carries this Socket.IO packet. */
export const textFrame = (packet: string): Buffer => {
  const bytes = Buffer.byteLength(packet)
  const frame = frameFor(bytes, bytes)
  frame.write(packet, frame.length - bytes)
  return frame
}

/** The same for a packet that is in parts: the frame's head comes first, and the parts are shared with other frames. */
export const rawFrame = ({ parts, length }: RawPacket): ReadonlyArray<Buffer> => [
  frameFor(length, 0),
  ...parts,
]

/** A frame for a packet of so many bytes, with room for this many of them behind its head. */
const frameFor = (packetBytes: number, roomBytes: number): Buffer => {
  const length = 1 + packetBytes
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + 1 + roomBytes)
  frame[0] = FINAL_TEXT_FRAME
  if (headerBytes === 2) frame[1] = length
  else if (headerBytes === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeUIntBE(0, 2, 2)
    frame.writeUIntBE(length, 4, 6)
  }
  frame[headerBytes] = MESSAGE.charCodeAt(0)
  return frame
}

/** The stream that a frame may be written to right now, without overtaking anything. */
export const directStream = (connection: EngineConnection): NetSocket | undefined => {
  const { transport } = connection
  if (connection.writeBuffer.length > 0 || connection.readyState !== 'open') return undefined
  const { socket } = transport
  return socket !== undefined && socket.readyState === 1 && socket._sender._state === 0
    ? socket._socket
    : undefined
}

/**
 * Streams written to in this turn of the event loop. They are uncorked together at its end, so that what one
 * decision sends to a client (an acknowledgement, the events of a whole commit) is one system call.
 */
let corked: NetSocket[] = []

const uncork = (): void => {
  const streams = corked
  corked = []
  for (const stream of streams) stream.uncork()
}

export const writeFrame = (stream: NetSocket, frame: Buffer): void => {
  if (stream.writableCorked === 0) {
    stream.cork()
    if (corked.push(stream) === 1) process.nextTick(uncork)
  }
  stream.write(frame)
}
