/** An error as the log may show it. */
export interface Trouble {
  readonly type: string
  readonly code?: string
  readonly at: ReadonlyArray<string>
  readonly cause?: Trouble
}

const frames = 20
const causes = 3

/**
 * Where an error came from and what kind it is, without its message: messages quote what people sent (`Unexpected
 * token 'x', "…" is not valid JSON`), and the first frame is the line that threw, so a message of our own is found too.
 */
export const troubleIn = (error: unknown, depth: number = causes): Trouble => {
  if (!(error instanceof Error)) return { type: typeof error, at: [] }
  const trouble: Trouble = { type: typeNameOf(error), ...codeOf(error), at: framesOf(error) }
  return error.cause === undefined || depth === 0
    ? trouble
    : { ...trouble, cause: troubleIn(error.cause, depth - 1) }
}

/** Of the class, not `error.name`, which anybody can have set. */
const typeNameOf = (error: Error): string => error.constructor.name

/** Node's and the stores' own: `ENOSPC`, `ERR_…`. */
const codeOf = (error: Error): { readonly code?: string } =>
  'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(error.code)
    ? { code: error.code }
    : {}

/** The stack begins with the message, which may have lines that look like frames, so it is cut off by its length. */
const framesOf = ({ stack = '', message }: Error): ReadonlyArray<string> => {
  const from = stack.indexOf(message)
  const behind = from === -1 ? '' : stack.slice(from + message.length)
  return behind
    .split('\n')
    .slice(1, 1 + frames)
    .map((line) => line.trim().replace(/^at /, ''))
}
