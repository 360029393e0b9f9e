import type { Monitor } from '../../application/ports/monitor.js'
import type { Protocol } from '../protocols/define-protocol.js'
import type { RequestTarget } from '../transport/reply.js'
import type { TransportPorts } from '../transport/transport.js'
import type { Logger } from './logger.js'
import type { Metrics } from './metrics.js'
import { summarizeError } from './logger.js'

/** Counts what the engine reports, and logs what an operator should look at. */
export const monitor = (logger: Logger, metrics: Metrics): Monitor => ({
  committed: metrics.commit,
  rejected: metrics.refusal,
  // The problem text may quote the record, so it is not logged.
  faulted: (room, fault) => {
    metrics.storeFault(fault.type)
    if (fault.type === 'corrupt') {
      logger.error('the log of the room is corrupt; the room is stopped. Run roomreel verify', {
        room: fault.room,
        seq: fault.seq,
      })
      return
    }
    logger.warn('the event store is unavailable; the room is rehydrated', { room })
  },
  conflicted: (room) => {
    metrics.conflict()
    logger.warn('another writer appended to the log; the room is rehydrated', { room })
  },
  timerLate: metrics.lateness,
  defect: (room, error) => {
    metrics.defect('engine')
    logger.error('an unexpected error; the room is rehydrated', { room, trouble: summarizeError(error) })
  },
})

/** The protocol of an event; `undefined` for an event name that a client invented. */
export type DialectOf = (target: RequestTarget) => string | undefined

export const dialectsOf = (
  protocols: ReadonlyArray<Pick<Protocol, 'name' | 'namespace' | 'incoming'>>,
): DialectOf => {
  const namespaces = new Map<string, Map<string, string>>()
  for (const { namespace, name, incoming } of protocols) {
    const events = namespaces.get(namespace) ?? new Map<string, string>()
    namespaces.set(namespace, events)
    for (const event of Object.keys(incoming)) events.set(event, name)
  }
  return ({ namespace, event }) => namespaces.get(namespace)?.get(event)
}

/** Counts and logs what the transport reports, without text from clients. */
export const transportMonitor = (
  logger: Logger,
  metrics: Metrics,
  dialectOf: DialectOf,
): Pick<TransportPorts, 'replied' | 'count' | 'onDefect'> => ({
  replied: (target, code) => metrics.command(dialectOf(target) ?? 'none', code),
  count: metrics.transport,
  onDefect: (error, target) => {
    metrics.defect('transport')
    const { namespace, event } = target
    logger.error('an unexpected error in a command handler', {
      ...(dialectOf(target) === undefined ? {} : { namespace, event }),
      trouble: summarizeError(error),
    })
  },
})
