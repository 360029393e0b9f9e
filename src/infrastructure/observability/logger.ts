import { destination, pino } from 'pino'
import type { DestinationStream } from 'pino'
import type { LogLevel } from '../config/settings.js'
import type { Trouble } from './trouble.js'

/**
 * All that a line of the log may say beside its message, which is a constant. Closed, because a log is kept longer and
 * read by more people than a room: there is no field for a name, a text, a token, a session or an SDP, and what is
 * not in this list is left out at run time too.
 */
export interface LogFields {
  readonly room?: string
  readonly seq?: number
  /** What kind of thing happened, in the project's own words. */
  readonly code?: string
  readonly namespace?: string
  readonly event?: string
  /** How many rooms, records, sockets. */
  readonly rooms?: number
  readonly records?: number
  readonly sockets?: number
  readonly undecided?: number
  readonly durationMs?: number
  readonly signal?: string
  /** The context of a line that comes from Nest. */
  readonly context?: string
  readonly url?: string
  readonly node?: string
  readonly version?: string
  readonly eventStore?: string
  readonly durability?: string
  readonly trouble?: Trouble
}

const allowed: Readonly<Record<keyof LogFields, true>> = {
  room: true,
  seq: true,
  code: true,
  namespace: true,
  event: true,
  rooms: true,
  records: true,
  sockets: true,
  undecided: true,
  durationMs: true,
  signal: true,
  context: true,
  url: true,
  node: true,
  version: true,
  eventStore: true,
  durability: true,
  trouble: true,
}

type Say = (message: string, fields?: LogFields) => void

export interface Logger {
  readonly fatal: Say
  readonly error: Say
  readonly warn: Say
  readonly info: Say
  readonly debug: Say
  /** Writes what is still held back; to be called before the process ends. */
  readonly flush: () => void
}

const stderr = 2
/** Beyond this, lines are lost: a reader of the log that has stopped must not stop the rooms. */
const heldBackBytesAtMost = 4 * 1024 * 1024

/** JSON, a line each, on standard error: standard output has the one line that says where the server is. */
export const createLogger = (level: LogLevel, stream: DestinationStream = toStderr()): Logger => {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: onlyAllowed },
    },
    stream,
  )
  return {
    fatal: (message, fields = {}) => log.fatal(fields, message),
    error: (message, fields = {}) => log.error(fields, message),
    warn: (message, fields = {}) => log.warn(fields, message),
    info: (message, fields = {}) => log.info(fields, message),
    debug: (message, fields = {}) => log.debug(fields, message),
    flush: () => {
      if ('flushSync' in stream && typeof stream.flushSync === 'function') stream.flushSync()
    },
  }
}

// Not synchronous: a pipe that is full would hold up every room.
const toStderr = (): DestinationStream =>
  destination({ dest: stderr, sync: false, maxLength: heldBackBytesAtMost })

const onlyAllowed = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(allowed, name)))
