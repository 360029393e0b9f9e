import type { Socket } from 'socket.io'

/**
 * What the transport remembers of one socket. Plain numbers, made at its first event: ten thousand idle
 * sockets cost nothing, and no limit needs a timer.
 */
export type SocketState = {
  /** The instants at which the two buckets are full again, in ms by the injected clock. */
  commandsFullAt: number
  streamFullAt: number
  /** The last second with a refusal by a limit, and how many such seconds ended there without a gap. */
  refusedSecond: number
  refusedSeconds: number
  /** The gateways' connection hooks while they run; events wait for them. */
  opening: Promise<void> | undefined
}

const STATE = Symbol('transport state')

type Remembering = { [STATE]?: SocketState }

export const socketState = (socket: Socket): SocketState => {
  const remembering = socket as Remembering
  return (remembering[STATE] ??= {
    commandsFullAt: 0,
    streamFullAt: 0,
    refusedSecond: -1,
    refusedSeconds: 0,
    opening: undefined,
  })
}
