import type { Monitor } from '../../application/ports/monitor.js'
import type { Protocol } from '../protocols/define-protocol.js'
import type { RequestTarget } from '../transport/reply.js'
import type { TransportPorts } from '../transport/transport.js'
import type { Logger } from './logger.js'
import type { Metrics } from './metrics.js'
import { troubleIn } from './trouble.js'

/** What the engine reports, as metrics and, where somebody should look into it, as a line of the log. */
export const monitor = (logger: Logger, metrics: Metrics): Monitor => ({
  committed: metrics.commit,
  rejected: metrics.refusal,
  // The store's description of a fault may quote the record that it could not read.
  faulted: (room, fault) => {
    metrics.storeFault(fault.type)
    if (fault.type === 'corrupt') {
      logger.error('a log is damaged; its room is stopped', { room: fault.room, seq: fault.seq })
      return
    }
    logger.warn('the event store did not answer; the room is read again', { room })
  },
  conflicted: (room) => {
    metrics.conflict()
    logger.warn('a log had moved on; the room catches up', { room })
  },
  timerLate: metrics.lateness,
  defect: (room, error) => {
    metrics.defect('engine')
    logger.error('a defect; the room is read again', { room, trouble: troubleIn(error) })
  },
})

/** Which protocol has this event; nothing for a name that a client made up. */
export type DialectOf = (place: RequestTarget) => string | undefined

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

/** What the transport reports. Nothing that a client made up gets into a label or a line. */
export const transportWatch = (
  logger: Logger,
  metrics: Metrics,
  dialectOf: DialectOf,
): Pick<TransportPorts, 'replied' | 'count' | 'onDefect'> => ({
  replied: (target, code) => metrics.command(dialectOf(target) ?? 'none', code),
  count: metrics.transport,
  onDefect: (error, place) => {
    metrics.defect('transport')
    const { namespace, event } = place
    logger.error('a defect while a command was handled', {
      ...(dialectOf(place) === undefined ? {} : { namespace, event }),
      trouble: troubleIn(error),
    })
  },
})
