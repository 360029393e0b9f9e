import type { Socket } from 'socket.io'
import { bufferedBytes, drained, uncounted } from '../transport/backpressure.js'

/** One emit to one socket, under the name that this client knows it by. */
export interface Parcel {
  readonly event: string
  readonly payload: object
}

const unreadBytesAtMost = 64 * 1_024

/**
 * Sends as fast as the client reads, and counts none of it against what may wait for a client that does not: who comes
 * back after an hour has more coming than one who never left may leave unread.
 */
export const sendPaced = async (socket: Socket, parcels: ReadonlyArray<Parcel>): Promise<void> => {
  for (const { event, payload } of parcels) {
    if (!socket.connected) return
    uncounted(socket, () => socket.emit(event, payload))
    if (bufferedBytes(socket) > unreadBytesAtMost) await drained(socket)
  }
}
