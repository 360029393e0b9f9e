import type { Server, Socket } from 'socket.io'
import { connectionId } from '../../domain/kernel/ids.js'
import type { ConnectionId } from '../../domain/kernel/ids.js'
import type { Broadcaster, ClientLink, LinkEmit } from '../../application/ports/client-link.js'
import { connectionOf } from './engine-io-internals.js'
import { sharedJsonArray } from './shared-json-array.js'
import { bufferedBytes, drained, uncounted } from './backpressure.js'

const maxUnreadBytes = 64 * 1_024

type ConfirmDelivery = ClientLink['confirmDelivery']

/** A class, because its methods are shared: an idle connection has to be small. */
class SocketIoLink implements ClientLink {
  readonly id: ConnectionId
  readonly namespace: string
  private probe: ConfirmDelivery | null = null

  constructor(private readonly socket: Socket) {
    this.id = connectionId(socket.id)
    this.namespace = socket.nsp.name
  }

  isOpen(): boolean {
    return this.socket.connected
  }

  emit(event: string, payload: object): void {
    this.socket.emit(event, payload)
  }

  async emitPaced(emits: ReadonlyArray<LinkEmit>): Promise<void> {
    const { socket } = this
    for (const { event, payload } of emits) {
      if (!socket.connected) return
      uncounted(socket, () => socket.emit(event, payload))
      if (bufferedBytes(socket) > maxUnreadBytes) await drained(socket)
    }
  }

  uncounted(send: () => void): void {
    uncounted(this.socket, send)
  }

  unreadBytes(): number {
    return bufferedBytes(this.socket)
  }

  drained(): Promise<void> {
    return drained(this.socket)
  }

  confirmDelivery(confirmed: () => void): void {
    this.probe ??= deliveryProbe(this.socket)
    this.probe(confirmed)
  }

  subscribe(topic: string): void {
    void this.socket.join(topic)
  }

  unsubscribe(topic: string): void {
    void this.socket.leave(topic)
  }

  disconnect(): void {
    this.socket.disconnect()
  }

  drop(): void {
    this.socket.conn.close(true)
  }
}

/**
 * Engine.IO's pings keep their place among the packets, and a client answers each of them: with a pong, everything
 * sent before its ping has arrived. Pings of Engine.IO itself are counted too, because their pongs look the same.
 */
const deliveryProbe = (socket: Socket): ConfirmDelivery => {
  const engine = connectionOf(socket)
  /** For each ping without a pong, what it confirms. */
  const pings: Array<ReadonlyArray<() => void>> = engine.pingTimeoutTimer === null ? [] : [[]]
  let unsent: Array<() => void> = []
  const onPacket = ({ type }: { readonly type: string }): void => {
    if (type !== 'ping') return
    pings.push(unsent)
    unsent = []
  }
  const onPong = (): void => {
    for (const confirmed of pings.shift() ?? []) confirmed()
  }
  engine.on('packetCreate', onPacket)
  engine.on('heartbeat', onPong)
  socket.once('disconnect', () => {
    engine.off('packetCreate', onPacket)
    engine.off('heartbeat', onPong)
  })
  return (confirmed) => {
    unsent.push(confirmed)
    engine.sendPacket('ping')
  }
}

const links = new WeakMap<Socket, ClientLink>()

export const linkOf = (socket: Socket): ClientLink => {
  const present = links.get(socket)
  if (present !== undefined) return present
  const link = new SocketIoLink(socket)
  links.set(socket, link)
  return link
}

export const socketIoBroadcaster = (io: Server): Broadcaster => ({
  hasSubscribers: (namespace, topic) => io.of(namespace).adapter.rooms.has(topic),
  emit: (namespace, topic, event, payload, except) => {
    const receivers = io.of(namespace).to(topic)
    const operator = except === null ? receivers : receivers.except(except)
    operator.emit(event, payload)
  },
  arrayOf: sharedJsonArray,
})
