import type { Socket } from 'socket.io'
import { drained, uncounted } from '../transport/waiting-bytes.js'

const emitsAtOnce = 100

/** One emit to one socket, under the name that this client knows it by. */
export interface Parcel {
  readonly event: string
  readonly payload: object
}

/**
 * Sends as fast as the client reads, and counts none of it against what may wait for a client that does not: who comes
 * back after an hour has more coming than one who never left may leave unread.
 */
export const sendPaced = async (socket: Socket, parcels: ReadonlyArray<Parcel>): Promise<void> => {
  for (let sent = 0; sent < parcels.length && socket.connected; sent += emitsAtOnce) {
    uncounted(socket, () => {
      for (const { event, payload } of parcels.slice(sent, sent + emitsAtOnce)) socket.emit(event, payload)
    })
    await drained(socket)
  }
}
