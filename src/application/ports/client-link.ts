import type { ConnectionId } from '../../domain/kernel/ids.js'

/** One event as a client receives it. */
export interface LinkEmit {
  readonly event: string
  readonly payload: object
}

/** A payload with its position in the log. */
export interface SequencedPayload {
  readonly seq: number
  readonly payload: object
}

/** One client's connection to one namespace, on any transport. What it sends arrives in the order of the calls. */
export interface ClientLink {
  readonly id: ConnectionId
  /** The client's IP address, behind trusted proxies too. */
  readonly address?: string
  readonly namespace: string
  /** The transport connection. Links to several namespaces can share one. */
  readonly transport: object
  readonly isOpen: () => boolean
  /** Counts against the outbound queue; a client whose queue exceeds its limit is dropped (E-66). */
  readonly emit: (event: string, payload: object) => void
  /** Sends at the client's reading pace, outside the queue's limit. Resolves when all is sent or the link is closed. */
  readonly emitPaced: (emits: ReadonlyArray<LinkEmit>) => Promise<void>
  /** What `send` emits is outside the queue's limit, unless the client has not read an earlier such emit. */
  readonly uncounted: (send: () => void) => void
  /** What was sent and not read yet. */
  readonly unreadBytes: () => number
  /** Resolves when the client has read nearly all that was sent, or the link is closed. */
  readonly drained: () => Promise<void>
  /** Calls back once everything sent before this call has arrived; never, if the link is closed first. */
  readonly confirmDelivery: (confirmed: () => void) => void
  readonly subscribe: (topic: string) => void
  readonly unsubscribe: (topic: string) => void
  /** Ends this link for good: the client does not reconnect by itself. */
  readonly disconnect: () => void
  /** Ends the whole transport connection as a network failure does: the client reconnects and resumes. */
  readonly drop: () => void
}

/** Sends one event to all links of a topic with one encoding. */
export interface Broadcaster {
  readonly hasSubscribers: (namespace: string, topic: string) => boolean
  readonly emit: (
    namespace: string,
    topic: string,
    event: string,
    payload: object,
    except: ConnectionId | null,
  ) => void
  /** A payload that is the array of these; runs that many clients receive may be encoded once. */
  readonly arrayOf: (items: ReadonlyArray<SequencedPayload>) => object
}
