/** Why there is no connection. `code` is the server's, when it refused the handshake. */
export type Closed =
  | { readonly type: 'lost' }
  /** the server ended this socket, and this one only: replaced by a newer one, disconnected by an operator */
  | { readonly type: 'ended-by-server' }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }

export interface ConnectionListener {
  opened(): void
  closed(why: Closed): void
  heard(event: string, payload: unknown): void
}

/** A socket that comes back by itself, as Socket.IO's client does. The handshake asks `auth` each time. */
export interface Connection {
  listen(listener: ConnectionListener): void
  open(): void
  close(): void
  /** whether it tries again by itself after it is lost */
  returnByItself(returns: boolean): void
  send(event: string, payload: object, answered: (answer: unknown) => void): void
}

export interface HandshakeAuth {
  /** who it is to others, where a server takes that on trust */
  readonly name?: string
  /** whose points and places these are, where a server takes that on trust */
  readonly userId?: string
  readonly sessionId?: string
  readonly offsets?: Readonly<Record<string, number>>
}

export type Connect = (auth: () => HandshakeAuth) => Connection
