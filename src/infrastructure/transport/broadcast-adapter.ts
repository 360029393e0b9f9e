import type { Socket } from 'socket.io'
import { Adapter } from 'socket.io-adapter'
import type { BroadcastOptions } from 'socket.io-adapter'
import type { Encoder, Packet } from 'socket.io-parser'
import { directStream, rawFrame, textFrame, writeFrame } from './websocket-frames.js'
import { connectionOf } from './engine-io-internals.js'
import type { SendOptions, SendPacket } from './engine-io-internals.js'
import { RawPacket } from './raw-json.js'
import type { CanSend } from './backpressure.js'
import { countQueuedBytes } from './backpressure.js'

/** Socket.IO's own way from a namespace's socket to the connection: kept for whoever cannot be written to directly. */
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

/** Replaces Engine.IO's `sendPacket`: acknowledgements and emits to one socket, in every namespace. */
export const directSendPacket = (stock: SendPacket, canSend: CanSend): SendPacket =>
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

/** Rooms in memory, as in Socket.IO's own adapter; one frame for all who are in them. */
export const broadcastAdapter = (canSend: CanSend): typeof Adapter => {
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
      const left = this.leftOut(options.except)
      const seen = options.rooms.size > 1 ? new Set<string>() : undefined
      const see = (id: string): void => {
        if (left?.has(id) || seen?.has(id)) return
        seen?.add(id)
        const socket = sockets.get(id)
        if (socket !== undefined) visit(socket)
      }
      if (options.rooms.size === 0) return [...this.sids.keys()].forEach(see)
      for (const room of options.rooms) this.rooms.get(room)?.forEach(see)
    }

    private leftOut(rooms: ReadonlySet<string> | undefined): ReadonlySet<string> | undefined {
      if (rooms === undefined || rooms.size === 0) return undefined
      const [first] = rooms
      if (rooms.size === 1) return this.rooms.get(first as string)
      return new Set([...rooms].flatMap((room) => [...(this.rooms.get(room) ?? [])]))
    }
  }
}
