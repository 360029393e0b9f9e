import type { Socket } from 'socket.io'
import type { ConnectionRates } from '../limits/event-limits.js'
import { connectionOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import type { ReadPause } from './read-pause.js'

/** What the transport knows of one connection, in all of its namespaces. */
export interface ConnectionState {
  /** The key under which limits count its address: `addressKey`. */
  readonly address: string
  /** When it last sent an event that a user has caused, or was opened. */
  lastEventAt: number
  /** `undefined` before its first event, so that ten thousand idle connections need no memory for it. */
  rates: ConnectionRates | undefined
  /** `undefined` before its first refused event. */
  pause: ReadPause | undefined
}

const STATE = Symbol('roomreel.connection-state')

type WithState = { [STATE]?: ConnectionState }

export const setConnectionState = (connection: EngineConnection, state: ConnectionState): void => {
  ;(connection as WithState)[STATE] = state
}

/** Set when the connection is opened, before its first packet. */
export const connectionStateOf = (connection: EngineConnection): ConnectionState => {
  const state = (connection as WithState)[STATE]
  if (state === undefined) throw new Error('A connection was opened past the transport')
  return state
}

export const addressKeyOf = (socket: Socket): string => connectionStateOf(connectionOf(socket)).address
