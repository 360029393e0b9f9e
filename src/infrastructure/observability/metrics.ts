import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { KeyFetchFailure } from '../identity/fetch-keys.js'

/** Values that are read at each scrape. */
export interface Gauges {
  readonly rooms: () => number
  readonly undecided: () => number
  readonly undurable: () => number
  readonly sockets: () => number
}

/**
 * Counters and histograms. Label values come from small fixed sets: a name, room, session or client text would be
 * personal, and each value a new time series.
 */
export interface Metrics {
  readonly command: (dialect: string, code: string) => void
  readonly refusal: (code: string) => void
  readonly commit: (rooms: number, records: number, durationMs: number) => void
  readonly lateness: (ms: number) => void
  readonly storeFault: (type: StoreFault['type']) => void
  readonly conflict: () => void
  /** Audit records, or refused requests that are summed up in one. */
  readonly audit: (what: 'recorded' | 'summed' | 'unavailable', count: number) => void
  readonly defect: (where: 'engine' | 'transport' | 'http' | 'process' | 'webhooks') => void
  readonly request: (route: string, status: number) => void
  /** A counter of the transport, by its name. */
  readonly transport: (name: string, labels: Readonly<Record<string, string>>) => void
  readonly observe: (gauges: Gauges) => void
  /** Counts a read of a room's log by HTTP at its end. */
  readonly logRead: (outcome: 'complete' | 'aborted' | 'timeout' | 'failed' | 'rejected') => void
  readonly observeLogReaders: (count: () => number) => void
  /** Counts a fetch of the issuer's keys at its end. */
  readonly keyFetch: (outcome: 'fetched' | KeyFetchFailure) => void
  /** The numbers of buckets and connections that the limits keep, by limit. */
  readonly observeLimits: (sizes: () => Readonly<Record<string, number>>) => void
  readonly webhook: (outcome: string, events: number) => void
  /** Rooms with undelivered events, and their events in memory. */
  readonly observeWebhooks: (load: () => { readonly rooms: number; readonly events: number }) => void
  /** The Prometheus text format. */
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>
}

/** A draw has a tick every 100 ms; the goal for the 99th percentile of its lateness is 20 ms. */
const latenessBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5]
const durationBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
const sizeBuckets = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500]

/** `withProcess` adds Node's metrics: memory, garbage collection, event loop delay. */
export const createMetrics = (withProcess: boolean): Metrics => {
  const register = new Registry()
  const registers = [register]
  if (withProcess) collectDefaultMetrics({ register })

  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: Array<Label>,
  ): Counter<Label> => new Counter({ name: `roomreel_${name}`, help, labelNames, registers })

  const histogram = (name: string, help: string, buckets: Array<number>): Histogram =>
    new Histogram({ name: `roomreel_${name}`, help, buckets, registers })

  const commands = tally()
  new Counter({
    name: 'roomreel_commands_total',
    help: 'Replies to commands, by protocol and code.',
    labelNames: ['dialect', 'code'],
    registers,
    collect() {
      this.reset()
      for (const [dialect, code, count] of commands.all()) this.inc({ dialect, code }, count)
    },
  })
  const refusals = counter('refusals_total', 'Commands that a room refused.', ['code'])
  const commitRooms = histogram('commit_rooms', 'Rooms in one group commit.', sizeBuckets)
  const commitRecords = histogram('commit_records', 'Records in one group commit.', sizeBuckets)
  const commitSeconds = histogram('commit_seconds', 'How long a group commit took.', durationBuckets)
  const lateness = histogram(
    'lateness_seconds',
    'How much later than its instant a timer was decided.',
    latenessBuckets,
  )
  const storeFaults = counter('store_faults_total', 'Failures of the event store.', ['type'])
  const conflicts = counter('conflicts_total', 'Appends to a log to which another writer had appended.', [])
  const audit = counter(
    'audit_records_total',
    'Audit records that were written, refused requests that were summed up, records that could not be written.',
    ['what'],
  )
  const defects = counter('defects_total', 'Unexpected errors.', ['where'])
  const requests = counter('http_requests_total', 'HTTP requests answered.', ['route', 'status'])
  const logReads = counter('log_reads_total', 'Reads of room logs by HTTP, by their outcome.', ['outcome'])
  const webhooks = counter(
    'webhook_deliveries_total',
    'Webhook deliveries by outcome, with events that were given up.',
    ['outcome'],
  )
  const keyFetches = counter('jwks_fetches_total', 'Fetches of the keys that verify tokens, by outcome.', [
    'outcome',
  ])
  const transport = counter('transport_total', 'Rare events of the transport.', ['what', 'code', 'reason'])

  return {
    command: commands.count,
    refusal: (code) => refusals.inc({ code }),
    commit: (rooms, records, durationMs) => {
      commitRooms.observe(rooms)
      commitRecords.observe(records)
      commitSeconds.observe(durationMs / 1_000)
    },
    lateness: (ms) => lateness.observe(ms / 1_000),
    storeFault: (type) => storeFaults.inc({ type }),
    conflict: () => conflicts.inc(),
    audit: (what, count) => audit.inc({ what }, count),
    defect: (where) => defects.inc({ where }),
    request: (route, status) => requests.inc({ route, status: String(status) }),
    transport: (name, { code = '', reason = '' }) =>
      transport.inc({ what: name.replace(/^transport_/, ''), code, reason }),
    observe: (gauges) => {
      gauge('rooms', 'Rooms in memory.', gauges.rooms, register)
      gauge('undecided', 'Requests that are not decided yet.', gauges.undecided, register)
      gauge('undurable', 'Decided steps that are not durable yet.', gauges.undurable, register)
      gauge('sockets', 'Open connections.', gauges.sockets, register)
    },
    logRead: (outcome) => logReads.inc({ outcome }),
    observeLogReaders: (count) => {
      gauge('log_readers', 'Clients that read a room log by HTTP.', count, register)
    },
    keyFetch: (outcome) => keyFetches.inc({ outcome }),
    observeLimits: (sizes) => {
      new Gauge({
        name: 'roomreel_limit_entries',
        help: 'Addresses, users and sessions that the limits keep in memory.',
        labelNames: ['limit'],
        registers,
        collect() {
          for (const [limit, size] of Object.entries(sizes())) this.set({ limit }, size)
        },
      })
    },
    webhook: (outcome, events) => webhooks.inc({ outcome }, events),
    observeWebhooks: (load) => {
      gauge('webhook_rooms_waiting', 'Rooms with webhooks to deliver.', () => load().rooms, register)
      gauge('webhook_events_waiting', 'Webhooks that wait in memory.', () => load().events, register)
    },
    text: async () => ({ contentType: register.contentType, body: await register.metrics() }),
  }
}

/** Counts pairs of labels for every command: a look-up in prom-client costs ten times as much. */
const tally = () => {
  const counts = new Map<string, Map<string, number>>()
  return {
    count: (first: string, second: string): void => {
      let of = counts.get(first)
      if (of === undefined) counts.set(first, (of = new Map<string, number>()))
      of.set(second, (of.get(second) ?? 0) + 1)
    },
    all: (): ReadonlyArray<readonly [string, string, number]> =>
      [...counts].flatMap(([first, of]) => [...of].map(([second, count]) => [first, second, count] as const)),
  }
}

const gauge = (name: string, help: string, read: () => number, register: Registry): Gauge =>
  new Gauge({
    name: `roomreel_${name}`,
    help,
    registers: [register],
    collect() {
      this.set(read())
    },
  })
