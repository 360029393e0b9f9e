import type { Monitor } from '../../application/ports/monitor.js'
import type { MessageLookup } from '../protocols/protocol-gateways.js'
import type { TransportPorts } from '../transport/transport.js'
import type { Logger } from './logger.js'
import type { Metrics } from './metrics.js'
import { summarizeError } from './logger.js'

/** Counts the reports of the engine, and logs those that an operator needs. */
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
  audit: metrics.audit,
  timerLate: metrics.lateness,
  defect: (room, error) => {
    metrics.defect('engine')
    logger.error('an unexpected error; the room is rehydrated', { room, error: summarizeError(error) })
  },
})

/** Counts and logs the reports of the transport, without text from clients. */
export const transportMonitor = (
  logger: Logger,
  metrics: Metrics,
  find: MessageLookup,
): Pick<TransportPorts, 'replied' | 'count' | 'onDefect'> => ({
  replied: (target, code) => metrics.command(find(target)?.protocol.name ?? 'none', code),
  count: metrics.transport,
  onDefect: (error, target) => {
    metrics.defect('transport')
    const { namespace, event } = target
    logger.error('an unexpected error in a command handler', {
      ...(find(target) === undefined ? {} : { namespace, event }),
      error: summarizeError(error),
    })
  },
})
