import type { Socket } from 'socket.io'
import { createEventLimits, isRefusedTooLong } from '../limits/event-limits.js'
import type { EventLimits } from '../limits/event-limits.js'
import type { LimitName, LimitExceeded, RateLimits } from '../limits/rate-limits.js'
import { connectionStateOf } from './connection-state.js'
import type { ConnectionState } from './connection-state.js'
import { connectionOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import { principalOf } from './handshake-guard.js'
import { pauseReading, resumeReading } from './read-pause.js'
import type { RequestTarget } from './reply.js'
import type { TransportPorts } from './transport.js'

/** Notes each event of a client, and checks it against the rates. */
export interface EventGate {
  /** Called for every event, before anything else. */
  readonly check: (socket: Socket, target: RequestTarget) => LimitExceeded | undefined
  /** Counts a refused request, and closes a connection with too many successive ones (E-12). */
  readonly refused: (socket: Socket, limit: LimitName) => void
  /** Called when a connection has closed. */
  readonly closed: (connection: EngineConnection) => void
  readonly sizes: () => Readonly<Record<string, number>>
}

export const createEventGate = (limits: RateLimits | 'off', ports: TransportPorts): EventGate => {
  const { now, traitsOf, count } = ports
  if (limits === 'off') {
    return {
      check: (socket, target) => {
        if (traitsOf(target)?.isAutomatic !== true)
          connectionStateOf(connectionOf(socket)).lastEventAt = now()
        return undefined
      },
      refused: () => undefined,
      closed: () => undefined,
      sizes: () => ({}),
    }
  }
  const events = createEventLimits(limits)
  return {
    check: (socket, target) => {
      const state = connectionStateOf(connectionOf(socket))
      const nowMs = now()
      const traits = traitsOf(target)
      if (traits?.isAutomatic !== true) state.lastEventAt = nowMs
      const principal = principalOf(socket)
      const source = {
        connection: ratesOf(socket, state, events, nowMs),
        namespace: target.namespace,
        address: state.address,
        user: principal?.isVerified === true ? principal.userId : null,
      }
      return events.take(source, traits?.isFrequent === true, nowMs)
    },
    refused: (socket, limit) => {
      count('transport_limited', { reason: limit })
      const nowMs = now()
      const connection = connectionOf(socket)
      const state = connectionStateOf(connection)
      const pause = (state.pause ??= { refused: 0, timer: undefined })
      if (!isRefusedTooLong(ratesOf(socket, state, events, nowMs), nowMs, limits)) {
        return pauseReading(connection, pause)
      }
      resumeReading(connection, pause)
      count('transport_disconnected', { reason: 'rate-limited' })
      socket.disconnect(true)
    },
    closed: (connection) => {
      const { address, rates, pause } = connectionStateOf(connection)
      if (pause !== undefined) resumeReading(connection, pause)
      if (rates !== undefined) events.close(address, rates, now())
    },
    sizes: events.sizes,
  }
}

/**
 * A client that comes back goes on with the rates that it had. Another client of the address, which presents no session, has
 * its own (E-63); the rates of the address bound all of them together.
 */
const ratesOf = (socket: Socket, state: ConnectionState, events: EventLimits, nowMs: number) =>
  (state.rates ??= events.open(state.address, presentsSession(socket), nowMs))

const presentsSession = ({ handshake }: Socket): boolean =>
  typeof (handshake.auth as { readonly sessionId?: unknown }).sessionId === 'string'
