import { z } from 'zod'
import type { Rate } from '../limits/token-bucket.js'

// Parsers of environment variables. An error is a predicate that forms a sentence with the variable's name: "PORT
// must be a whole number …".

const maxQuotedLength = 60

const quoted = (value: unknown): string => {
  const valueText = String(value)
  return JSON.stringify(
    valueText.length > maxQuotedLength ? `${valueText.slice(0, maxQuotedLength)}…` : valueText,
  )
}

export const text = z.string()

/** Decimal digits only: `Number('')`, `Number('0x10')` and `Number('1e3')` are numbers, too. */
export const wholeNumber = (min: number, max: number): z.ZodType<number, string> =>
  z.string().transform((value, context) => {
    const number = Number(value)
    if (/^\d{1,15}$/.test(value) && number >= min && number <= max) return number
    context.addIssue(`must be a whole number from ${min} to ${max}, not ${quoted(value)}`)
    return z.NEVER
  })

/** `<burst>/<per second>`. Higher numbers would lose precision; whole ones are exact. */
export const rate: z.ZodType<Rate, string> = z.string().transform((value, context) => {
  const [, burst = '', perSecond = ''] = /^(\d{1,9})\/(\d{1,9})$/.exec(value) ?? []
  const parsed = { burst: Number(burst), perSecond: Number(perSecond) }
  if (parsed.burst >= 1 && parsed.perSecond >= 1) return parsed
  context.addIssue(`must be a burst and a rate per second, like 200/50, not ${quoted(value)}`)
  return z.NEVER
})

export const oneOf = <const Words extends ReadonlyArray<string>>(
  words: Words,
): z.ZodType<Words[number], string> =>
  z.string().transform((value, context): Words[number] => {
    const word = words.find((each) => each === value)
    if (word !== undefined) return word
    context.addIssue(`must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, not ${quoted(value)}`)
    return z.NEVER
  })

export const nodeName: z.ZodType<string, string> = z.string().transform((value, context) => {
  if (/^[\w.:-]{1,100}$/.test(value)) return value
  context.addIssue(`must be 1 to 100 of letters, digits and -_.:, not ${quoted(value)}`)
  return z.NEVER
})

const urlIn = (value: string, protocol: RegExp): URL | undefined => {
  if (!URL.canParse(value)) return undefined
  const url = new URL(value)
  return protocol.test(url.protocol) ? url : undefined
}

const http = /^https?:$/

/** The number of proxies in front: `true` is one, `false` none. */
export const proxies: z.ZodType<number, string> = z.string().transform((value, context) => {
  if (value === 'true') return 1
  if (value === 'false') return 0
  if (/^\d{1,2}$/.test(value)) return Number(value)
  context.addIssue(`must be true, false or the number of proxies in front, not ${quoted(value)}`)
  return z.NEVER
})

/** Without a password, which every display of the address would show. */
const address = (protocol: RegExp, problem: string): z.ZodType<string, string> =>
  z.string().transform((value, context) => {
    const url = urlIn(value, protocol)
    if (url !== undefined && url.username === '' && url.password === '') return url.href.replace(/\/$/, '')
    context.addIssue(problem)
    return z.NEVER
  })

export const webAddress = address(http, 'must be an http:// or https:// address without a user name')

export const webSocketAddress = address(/^wss?:$/, 'must be a ws:// or wss:// address without a user name')

/** An `Origin` header of a browser; with a path it would match no request. */
export const origin: z.ZodType<string, string> = z.string().transform((value, context) => {
  const url = urlIn(value, http)
  if (url !== undefined && (value === url.origin || value === `${url.origin}/`)) return url.origin
  context.addIssue(`must be origins like https://example.org, with commas between, not ${quoted(value)}`)
  return z.NEVER
})

/** Separated by commas; white space and empty parts are ignored. */
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

/** A shared secret of at least this many bytes, in UTF-8. Errors never quote the value. */
export const secretOfBytes = (min: number, reason: string): z.ZodType<string, string> =>
  z.string().refine((value) => Buffer.byteLength(value) >= min, `must be at least ${min} bytes, ${reason}`)

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** With TLS, because who can change the response can sign as anybody. Unchanged, as a trailing slash matters. */
export const keyAddress: z.ZodType<string, string> = z.string().transform((value, context) => {
  const url = urlIn(value, http)
  const isSafe = url !== undefined && (url.protocol === 'https:' || loopback.test(url.hostname))
  if (isSafe && url.username + url.password === '') return url.href
  context.addIssue('must be an https:// address without a user name; http:// only on this machine')
  return z.NEVER
})

/** Only the pattern is checked. Errors never quote the value. */
export const secret = (shape: string, pattern: RegExp): z.ZodType<string, string> =>
  z.string().regex(pattern, { error: `must be ${shape}` })

/** Unchanged, because a trailing slash can be another endpoint. It may hold a secret. */
export const webhookAddress: z.ZodType<string, string> = z.string().transform((value, context) => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isValid = url !== undefined && /^https?:$/.test(url.protocol) && url.username + url.password === ''
  if (isValid) return url.href
  context.addIssue('must be an http:// or https:// address without a user name')
  return z.NEVER
})

/** The format and length of a secret in the Standard Webhooks specification. */
export const webhookSecret: z.ZodType<string, string> = z.string().transform((value, context) => {
  const [, base64 = ''] =
    /^whsec_((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/.exec(value) ?? []
  const bytes = Buffer.from(base64, 'base64').length
  if (bytes >= 24 && bytes <= 64) return value
  context.addIssue('must be whsec_ and then 24 to 64 random bytes as base64')
  return z.NEVER
})
