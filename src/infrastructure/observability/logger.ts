import { destination, pino } from 'pino'
import type { DestinationStream } from 'pino'
import type { LogLevel } from '../config/settings.js'

/**
 * All fields of a log line beside its constant message. The list is closed, because logs are kept longer and read by
 * more people than a room: it has no field for a name, text, token, session or SDP, and other fields are dropped at
 * run time.
 */
export interface LogFields {
  readonly room?: string
  readonly seq?: number
  /** A category from a fixed set. */
  readonly code?: string
  readonly namespace?: string
  readonly event?: string
  /** Numbers of rooms, records, sockets. */
  readonly rooms?: number
  readonly records?: number
  readonly sockets?: number
  readonly undecided?: number
  readonly durationMs?: number
  readonly signal?: string
  /** The context of a line from Nest. */
  readonly context?: string
  readonly url?: string
  readonly node?: string
  readonly version?: string
  readonly eventStore?: string
  readonly durability?: string
  readonly error?: ErrorSummary
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
  error: true,
}

type Write = (message: string, fields?: LogFields) => void

export interface Logger {
  readonly fatal: Write
  readonly error: Write
  readonly warn: Write
  readonly info: Write
  readonly debug: Write
  /** Writes buffered lines, before the process ends. */
  readonly flush: () => void
}

const stderr = 2
/** Beyond this, lines are dropped: a log reader that does not read must not block the rooms. */
const maxBufferedBytes = 4 * 1024 * 1024

/** One JSON object per line on standard error; standard output has only the line with the server's address. */
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

// Not synchronous: a full pipe would block every room.
const toStderr = (): DestinationStream =>
  destination({ dest: stderr, sync: false, maxLength: maxBufferedBytes })

const onlyAllowed = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => Object.hasOwn(allowed, name)))

/** The fields of an error that may be logged. */
export interface ErrorSummary {
  readonly type: string
  readonly code?: string
  readonly at: ReadonlyArray<string>
  readonly cause?: ErrorSummary
}

const maxFrames = 20
const maxCauses = 3

/**
 * The type and stack of an error without its message: messages quote input (`Unexpected token 'x', "…" is not valid
 * JSON`), and the first stack frame identifies the line that threw.
 */
export const summarizeError = (error: unknown, depth: number = maxCauses): ErrorSummary => {
  if (!(error instanceof Error)) return { type: typeof error, at: [] }
  const summary: ErrorSummary = { type: typeNameOf(error), ...codeOf(error), at: framesOf(error) }
  return error.cause === undefined || depth === 0
    ? summary
    : { ...summary, cause: summarizeError(error.cause, depth - 1) }
}

/** From the class, because any code can set `error.name`. */
const typeNameOf = (error: Error): string => error.constructor.name

/** Codes of Node and the stores: `ENOSPC`, `ERR_…`. */
const codeOf = (error: Error): { readonly code?: string } =>
  'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(error.code)
    ? { code: error.code }
    : {}

/** The stack starts with the message, which may contain lines like frames, so its length is skipped. */
const framesOf = ({ stack = '', message }: Error): ReadonlyArray<string> => {
  const from = stack.indexOf(message)
  const lines = from === -1 ? '' : stack.slice(from + message.length)
  return lines
    .split('\n')
    .slice(1, 1 + maxFrames)
    .map((line) => line.trim().replace(/^at /, ''))
}
