import { z } from 'zod'

// What an environment variable can be. Each kind answers a wrong value with a predicate, so that "PORT" and the
// predicate make one sentence that says what to do.

const longestQuoted = 60

const quoted = (value: unknown): string => {
  const written = String(value)
  return JSON.stringify(written.length > longestQuoted ? `${written.slice(0, longestQuoted)}…` : written)
}

export const text = z.string()

/** Decimal digits alone: `Number('')`, `Number('0x10')` and `Number('1e3')` are numbers, too. */
export const wholeNumber = (least: number, most: number): z.ZodType<number, string> =>
  z.string().transform((value, context) => {
    const number = Number(value)
    if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number
    context.addIssue(`must be a whole number from ${least} to ${most}, not ${quoted(value)}`)
    return z.NEVER
  })

export const oneOf = <const Words extends ReadonlyArray<string>>(
  words: Words,
): z.ZodType<Words[number], string> =>
  z.string().transform((value, context): Words[number] => {
    const word = words.find((known) => known === value)
    if (word !== undefined) return word
    context.addIssue(`must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, not ${quoted(value)}`)
    return z.NEVER
  })

const urlIn = (value: string, protocol: RegExp): URL | undefined => {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  return protocol.test(url.protocol) ? url : undefined
}

const http = /^https?:$/

/** How many proxies stand in front: `true` is one, `false` none. */
export const proxies: z.ZodType<number, string> = z.string().transform((value, context) => {
  if (value === 'true') return 1
  if (value === 'false') return 0
  if (/^\d{1,2}$/.test(value)) return Number(value)
  context.addIssue(`must be true, false or the number of proxies in front, not ${quoted(value)}`)
  return z.NEVER
})

/** A password in an address would be shown by whatever shows the address. */
const address = (protocol: RegExp, problem: string): z.ZodType<string, string> =>
  z.string().transform((value, context) => {
    const url = urlIn(value, protocol)
    if (url !== undefined && url.username === '' && url.password === '') return url.href.replace(/\/$/, '')
    context.addIssue(problem)
    return z.NEVER
  })

export const webAddress = address(http, 'must be an http:// or https:// address without a user name')

export const webSocketAddress = address(/^wss?:$/, 'must be a ws:// or wss:// address without a user name')

/** What a browser sends as `Origin`; a path behind it is a mistake that would let nobody in. */
export const origin: z.ZodType<string, string> = z.string().transform((value, context) => {
  const url = urlIn(value, http)
  if (url !== undefined && (value === url.origin || value === `${url.origin}/`)) return url.origin
  context.addIssue(`must be origins like https://example.org, with commas between, not ${quoted(value)}`)
  return z.NEVER
})

/** With commas between, white space around them and empty parts are no part of it. */
export const listOf = <Item>(item: z.ZodType<Item, string>): z.ZodType<ReadonlyArray<Item>, string> =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item))

/** Its shape is checked, and what it is told to nobody. */
export const secret = (shape: string, pattern: RegExp): z.ZodType<string, string> =>
  z.string().regex(pattern, { error: `must be ${shape}` })
