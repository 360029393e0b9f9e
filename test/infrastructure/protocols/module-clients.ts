import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'

/** A client in the room `friday` that gives a module commands by one protocol. */
export interface ModuleClient {
  readonly client: Client
  readonly activate: (module: string) => Promise<Payload>
  readonly send: (module: string, event: string, payload?: unknown) => Promise<Payload>
}

type Connect = (server: LiveServer, id: string, enters?: boolean) => Promise<ModuleClient>

/** In a party the events of a module are its commands (Y-9). */
const connectParty: Connect = async (server, id, enters = true) => {
  const client = await server.client()
  if (enters) await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
  return {
    client,
    activate: (module) => client.ask('ACTIVATE_MODULE', { module }),
    send: (module, event, payload) => client.ask('CUSTOM_MODULE_EVENT', { module, event, payload }),
  }
}

const connectNative: Connect = async (server, userId, enters = true) => {
  const client = await server.client('/rooms', { userId })
  if (enters) await client.ask('join', { room: 'friday', token: 't', create: true })
  let commands = 0
  const command = (type: string, payload?: unknown) =>
    client.ask('command', { room: 'friday', id: `c${commands++}`, type, payload })
  return {
    client,
    activate: (activity) => command('room.activate', { activity }),
    send: (module, event, payload) => command(`${module}.${event}`, payload),
  }
}

/** The protocols that support every activity. */
export const moduleProtocols: ReadonlyArray<readonly [protocol: string, Connect]> = [
  ['party', connectParty],
  ['native', connectNative],
]
