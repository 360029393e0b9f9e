import type { Client, Heard } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'

export const codeOf = (reply: Heard): unknown => reply.error?.['code']

/** Somebody in the room `friday` who can say a module's events by this vocabulary. */
export interface Speaker {
  readonly client: Client
  readonly activate: (module: string) => Promise<Heard>
  readonly say: (module: string, event: string, payload?: unknown) => Promise<Heard>
}

type Comes = (server: LiveServer, id: string, enters?: boolean) => Promise<Speaker>

/** In a party a module is told what its events are; whoever does not enter is a stranger. */
const inParty: Comes = async (server, id, enters = true) => {
  const client = await server.client()
  if (enters) await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
  return {
    client,
    activate: (module) => client.ask('ACTIVATE_MODULE', { module }),
    say: (module, event, payload) => client.ask('CUSTOM_MODULE_EVENT', { module, event, payload }),
  }
}

const natively: Comes = async (server, userId, enters = true) => {
  const client = await server.client('/rooms', { userId })
  if (enters) await client.ask('join', { room: 'friday', token: 't', create: true })
  let said = 0
  const command = (type: string, payload?: unknown) =>
    client.ask('command', { room: 'friday', id: `c${said++}`, type, payload })
  return {
    client,
    activate: (activity) => command('room.activate', { activity }),
    say: (module, event, payload) => command(`${module}.${event}`, payload),
  }
}

/** The vocabularies by which every activity is played. */
export const speakers: ReadonlyArray<readonly [vocabulary: string, Comes]> = [
  ['in a party', inParty],
  ['natively', natively],
]
