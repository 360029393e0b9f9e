import { connectionId } from '../../../src/domain/kernel/ids.js'
import type { Broadcaster, ClientLink } from '../../../src/application/ports/client-link.js'

export interface ReceivedEmit {
  readonly event: string
  readonly payload: object
}

type Packet = ReceivedEmit | { readonly confirm: () => void }

/** A client's link without a transport: packets are in flight until the client reads them, or until they are lost. */
export interface FakeLink extends ClientLink {
  readonly received: Array<ReceivedEmit>
  /** The client reads all packets in flight, and those that follow from it. */
  readonly read: () => void
  readonly inFlight: () => number
  /** The network is gone: packets in flight and later ones never arrive. The server does not know yet. */
  readonly cut: () => void
  /** How the server ended the link; null: it did not. */
  readonly endedBy: () => 'disconnect' | 'drop' | null
  /** The server learns that the link is closed. */
  readonly close: () => void
}

export interface FakeNetwork extends Broadcaster {
  readonly link: (name: string, options: FakeLinkOptions) => FakeLink
  readonly subscriptions: () => number
}

export interface FakeLinkOptions {
  readonly namespace?: string
  /** Default: a transport connection of its own. */
  readonly transport?: object
  /** Called once, when the link is closed. */
  readonly onClose: (link: FakeLink, lost: boolean) => void
}

/** Large emits are read by the client one by one. */
const maxUnreadBytes = 64 * 1_024

export const fakeNetwork = (): FakeNetwork => {
  const topics = new Map<string, Set<FakeLink>>()
  const keyOf = (namespace: string, topic: string): string => `${namespace} ${topic}`

  const link: FakeNetwork['link'] = (name, { namespace = '/', transport = {}, onClose }) => {
    const received: Array<ReceivedEmit> = []
    let packets: Array<Packet> = []
    let unread = 0
    let isOpen = true
    let isCut = false
    let endedBy: 'disconnect' | 'drop' | null = null
    let waiting: Array<() => void> = []
    const subscribed = new Set<string>()

    const release = (): void => {
      const released = waiting
      waiting = []
      for (const resume of released) resume()
    }
    const push = (packet: Packet): void => {
      if (!isOpen || isCut) return
      packets.push(packet)
      if ('event' in packet) unread += sizeOf(packet)
    }
    const end = (lost: boolean): void => {
      if (!isOpen) return
      isOpen = false
      packets = []
      unread = 0
      for (const key of subscribed) topics.get(key)?.delete(self)
      release()
      onClose(self, lost)
    }
    const drained = async (): Promise<void> => {
      while (isOpen && unread > maxUnreadBytes) await new Promise<void>((resolve) => waiting.push(resolve))
    }
    const self: FakeLink = {
      id: connectionId(name),
      namespace,
      transport,
      received,
      isOpen: () => isOpen,
      emit: (event, payload) => push({ event, payload }),
      emitPaced: async (emits) => {
        for (const emit of emits) {
          if (!isOpen) return
          push(emit)
          await drained()
        }
      },
      uncounted: (send) => send(),
      unreadBytes: () => unread,
      drained,
      confirmDelivery: (confirmed) => push({ confirm: confirmed }),
      subscribe: (topic) => {
        const key = keyOf(namespace, topic)
        subscribed.add(key)
        topics.set(key, (topics.get(key) ?? new Set<FakeLink>()).add(self))
      },
      unsubscribe: (topic) => {
        subscribed.delete(keyOf(namespace, topic))
        topics.get(keyOf(namespace, topic))?.delete(self)
      },
      disconnect: () => {
        endedBy ??= 'disconnect'
        end(true)
      },
      drop: () => {
        endedBy ??= 'drop'
        end(true)
      },
      read: () => {
        for (let packet = packets.shift(); packet !== undefined; packet = packets.shift()) {
          if ('confirm' in packet) packet.confirm()
          else {
            received.push(packet)
            unread -= sizeOf(packet)
          }
        }
        release()
      },
      inFlight: () => packets.length,
      cut: () => {
        isCut = true
        packets = []
      },
      endedBy: () => endedBy,
      close: () => end(true),
    }
    return self
  }

  return {
    link,
    subscriptions: () => [...topics.values()].reduce((sum, links) => sum + links.size, 0),
    hasSubscribers: (namespace, topic) => (topics.get(keyOf(namespace, topic))?.size ?? 0) > 0,
    emit: (namespace, topic, event, payload, except) => {
      for (const each of topics.get(keyOf(namespace, topic)) ?? []) {
        if (each.id !== except) each.emit(event, payload)
      }
    },
    arrayOf: (items) => items.map(({ payload }) => payload),
  }
}

const sizeOf = ({ payload }: ReceivedEmit): number => JSON.stringify(payload).length
