import type { Client } from '../../kit/live-client.js'

/** From now on nothing that is sent to the client gets there, and nobody knows: neither it nor the server. */
export const deafen = ({ socket }: Client): void => {
  Object.assign(socket.io.engine.transport, { onData: () => undefined })
}
