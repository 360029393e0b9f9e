import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** The output of a command. Tests pass their own. */
export interface Terminal {
  /** Prints one line. Resolves once it is written, so that a long output waits for its reader. */
  readonly print: (line: string) => Promise<void>
  /** Prints one line unchanged, for files. */
  readonly pass: (line: string) => Promise<void>
  /** Prints one line to standard error, for people. */
  readonly note: (line: string) => void
  /** The maximum width of a line. */
  readonly columns: number
  readonly wait: (ms: number) => Promise<void>
  /** Asks a person. The end of the input is a no. */
  readonly confirm: (question: string) => Promise<'yes' | 'no' | 'no-terminal'>
}

/** The reader closed the output (`| head`). The command ends without a failure. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed'
}

/** For files and pipes, which have no width. */
const defaultColumns = 160

/** `setTimeout` fires at once for a longer delay. */
const maxWaitMs = 24 * 24 * 60 * 60 * 1_000

export const processTerminal = (): Terminal => {
  const { stdin, stdout, stderr } = process
  // Every write reports its own error; without a listener the same error would also end the process.
  stdout.on('error', () => undefined)
  const pass = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      stdout.write(`${line}\n`, (error) => (error ? reject(outputError(error)) : resolve()))
    })
  return {
    pass,
    print: (line) => pass(escapeControls(line)),
    note: (line) => void stderr.write(`roomreel: ${escapeControls(line)}\n`),
    columns: stdout.isTTY ? stdout.columns : defaultColumns,
    wait: async (ms) => {
      for (let left = ms; left > 0; left -= maxWaitMs) await sleep(Math.min(left, maxWaitMs))
    },
    confirm: async (question) => (stdin.isTTY && stderr.isTTY ? ask(question) : 'no-terminal'),
  }
}

const ask = (question: string): Promise<'yes' | 'no'> =>
  new Promise((resolve) => {
    const reader = createInterface({ input: process.stdin, output: process.stderr })
    reader.once('close', () => resolve('no'))
    reader.question(`${escapeControls(question)} [y/N] `, (answer) => {
      resolve(/^y(es)?$/i.test(answer.trim()) ? 'yes' : 'no')
      reader.close()
    })
  })

const outputError = (error: NodeJS.ErrnoException): Error =>
  error.code === 'EPIPE' ? new OutputClosed() : new Failure(`the output cannot be written: ${error.message}`)

/** Exit codes other than 0: a log is corrupt, or the command could not run. */
export const exitCodes = { found: 1, unusable: 2 } as const

/** Why a command failed, in one line that also says what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'

  constructor(
    message: string,
    readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes] = exitCodes.unusable,
  ) {
    super(message)
  }
}

/**
 * Escapes control characters and bidirectional controls as JSON does, so that JSON stays the same and a member's name
 * cannot control the operator's terminal.
 */
export const escapeControls = (line: string): string =>
  line.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Characters that a terminal shows in two columns: East Asian scripts, full-width forms, emoji. */
const wide =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u

const columnsOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1)

/** Text whose characters take one column each and never combine. */
const plain = /^[\u0020-\u007e\u00a0-\u02ff\u2013\u2026]*$/

/** Truncates the text to this number of columns with `…`, between graphemes. */
export const truncate = (columns: number, text: string): string => {
  if (plain.test(text)) return text.length > columns ? `${text.slice(0, columns - 1)}…` : text
  let used = 0
  let prefix = ''
  let fittingPrefix = ''
  for (const { segment } of graphemes.segment(text)) {
    used += columnsOf(segment)
    if (used > columns) return `${fittingPrefix}…`
    prefix += segment
    if (used < columns) fittingPrefix = prefix
  }
  return text
}

/** Truncates or pads the text to this number of columns. */
export const padToColumns = (columns: number, text: string): string => {
  const truncated = truncate(columns, text)
  if (plain.test(truncated)) return truncated.padEnd(columns)
  let used = 0
  for (const { segment } of graphemes.segment(truncated)) used += columnsOf(segment)
  return truncated + ' '.repeat(Math.max(0, columns - used))
}
