import type { Socket as NetSocket } from 'node:net'
import type { Socket } from 'socket.io'
import { Adapter } from 'socket.io-adapter'
import type { BroadcastOptions } from 'socket.io-adapter'
import type { Encoder, Packet } from 'socket.io-parser'
import type { CanSend } from './backpressure.js'
import { countQueuedBytes } from './backpressure.js'
import { connectionOf } from './engine-io-internals.js'
import type { EngineConnection, SendOptions, SendPacket } from './engine-io-internals.js'
import { RawPacket } from './raw-json.js'

/*
 * Most of a delivery's cost in Engine.IO is bookkeeping: a packet object, two buffers of callbacks, six events and two
 * writes. If Engine.IO holds no packet back, a text frame is written to the TCP stream at once, which keeps the order.
 * Otherwise, or if the transport is not an open WebSocket, the packet takes Engine.IO's own way behind the others.
 */

/** Replaces Engine.IO's `sendPacket`: acknowledgements and emits to one socket, in every namespace. */
export const createSendPacket = (stock: SendPacket, canSend: CanSend): SendPacket =>
  function (type, data, options, callback) {
    if (type !== 'message' || callback !== undefined) return stock.call(this, type, data, options, callback)
    if (!canSend(this, options?.volatile === true)) return
    const raw = data instanceof RawPacket ? data : undefined
    const stream = typeof data === 'string' || raw !== undefined ? directStream(this) : undefined
    if (stream !== undefined) {
      if (raw === undefined) return writeFrame(stream, textFrame(data as string))
      for (const part of rawFrame(raw)) writeFrame(stream, part)
      return
    }
    const packet = raw === undefined ? (data as string | Buffer) : raw.toString()
    countQueuedBytes(this, Buffer.byteLength(packet))
    stock.call(this, type, packet, options)
  }

/** The parts of a namespace's socket that send a packet through Engine.IO. */
interface ReceiverInternals {
  readonly client: { writeToEngine: (packets: readonly unknown[], options: SendOptions) => void }
  readonly notifyOutgoingListeners: (packet: Packet) => void
  readonly _anyOutgoingListeners?: readonly unknown[]
}

type NamespaceInternals = {
  readonly name: string
  readonly server: { readonly encoder: Encoder }
  readonly sockets: ReadonlyMap<string, Socket>
}

/** Socket.IO's in-memory adapter, with one frame that all receivers of a broadcast share. */
export const createBroadcastAdapter = (canSend: CanSend): typeof Adapter => {
  const deliver = (
    socket: Socket,
    packet: Packet,
    frame: Buffer,
    packets: unknown[],
    options: SendOptions,
  ): void => {
    const receiver = socket as unknown as ReceiverInternals
    if (receiver._anyOutgoingListeners !== undefined) receiver.notifyOutgoingListeners(packet)
    const connection = connectionOf(socket)
    const stream = directStream(connection)
    if (stream === undefined) return receiver.client.writeToEngine(packets, options)
    if (canSend(connection, options.volatile === true)) writeFrame(stream, frame)
  }

  return class BroadcastAdapter extends Adapter {
    override broadcast(packet: Packet, options: BroadcastOptions): void {
      const { name, server } = this.nsp as NamespaceInternals
      packet.nsp = name
      const packets: unknown[] = server.encoder.encode(packet)
      const [text] = packets
      if (packets.length !== 1 || typeof text !== 'string') return super.broadcast(packet, options)
      const frame = textFrame(text)
      const { volatile, compress } = options.flags ?? {}
      const sendOptions: SendOptions = {
        ...(volatile === undefined ? {} : { volatile }),
        ...(compress === undefined ? {} : { compress }),
        wsPreEncodedFrame: [frame],
      }
      this.forEach(options, (socket) => deliver(socket, packet, frame, packets, sendOptions))
    }

    private forEach(options: BroadcastOptions, visit: (socket: Socket) => void): void {
      const { sockets } = this.nsp as NamespaceInternals
      const excluded = this.idsIn(options.except)
      const visited = options.rooms.size > 1 ? new Set<string>() : undefined
      const visitOnce = (id: string): void => {
        if (excluded?.has(id) || visited?.has(id)) return
        visited?.add(id)
        const socket = sockets.get(id)
        if (socket !== undefined) visit(socket)
      }
      if (options.rooms.size === 0) return [...this.sids.keys()].forEach(visitOnce)
      for (const room of options.rooms) this.rooms.get(room)?.forEach(visitOnce)
    }

    private idsIn(rooms: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
      if (rooms === undefined || rooms.size === 0) return undefined
      const [first] = rooms
      if (rooms.size === 1) return this.rooms.get(first as string)
      return new Set([...rooms].flatMap((room) => [...(this.rooms.get(room) ?? [])]))
    }
  }
}

/** Engine.IO's packet type "message". */
const MESSAGE = '4'
const FINAL_TEXT_FRAME = 0x81

/** One unmasked WebSocket text frame that carries this Socket.IO packet. */
export const textFrame = (packet: string): Buffer => {
  const bytes = Buffer.byteLength(packet)
  const frame = allocateFrame(bytes, bytes)
  frame.write(packet, frame.length - bytes)
  return frame
}

/** A frame whose parts are shared with other frames; only the header is its own. */
const rawFrame = ({ parts, length }: RawPacket): ReadonlyArray<Buffer> => [allocateFrame(length, 0), ...parts]

/** The header for a packet of `packetBytes`, followed by `bodyBytes` of space. */
const allocateFrame = (packetBytes: number, bodyBytes: number): Buffer => {
  const length = 1 + packetBytes
  const headerBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerBytes + 1 + bodyBytes)
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

/** The connection's TCP stream, if a frame can be written to it now without overtaking another packet. */
export const directStream = (connection: EngineConnection): NetSocket | undefined => {
  const { transport } = connection
  if (connection.writeBuffer.length > 0 || connection.readyState !== 'open') return undefined
  const { socket } = transport
  return socket !== undefined && socket.readyState === 1 && socket._sender._state === 0
    ? socket._socket
    : undefined
}

/** Streams written to in this turn of the event loop. Uncorking them at its end makes one system call per stream. */
let corked: NetSocket[] = []

const uncork = (): void => {
  const streams = corked
  corked = []
  for (const stream of streams) stream.uncork()
}

const writeFrame = (stream: NetSocket, frame: Buffer): void => {
  if (stream.writableCorked === 0) {
    stream.cork()
    if (corked.push(stream) === 1) process.nextTick(uncork)
  }
  stream.write(frame)
}
