export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * The one text of a JSON value: keys in the order of their UTF-16 code units, no white space, numbers and strings as
 * ECMAScript writes them (RFC 8785). What is `undefined` is left out, as JSON.stringify does. Written out plainly,
 * because every record that is stored goes through here several times.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : 'null'
  if (Array.isArray(value)) return arrayText(value)
  return isMembers(value) ? objectText(value, canonicalJson) : (JSON.stringify(value) ?? 'null')
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null

const arrayText = (items: ReadonlyArray<unknown>): string => {
  let text = ''
  for (const item of items) text += `${text === '' ? '' : ','}${canonicalJson(item)}`
  return `[${text}]`
}

/** An object's canonical text, its members as `textOf` says; one that it gives no text for is left out. */
export const objectText = (
  members: Members,
  textOf: (member: unknown, key: string) => string | undefined,
): string => {
  let text = '{'
  for (const key of sortedKeys(members)) {
    const member = members[key]
    const written = member === undefined ? undefined : textOf(member, key)
    if (written === undefined) continue
    text += text.length > 1 ? ',' : ''
    text += quoted(key)
    text += ':'
    text += written
  }
  return `${text}}`
}

/** By UTF-16 code units. The few keys of most objects are in order sooner by hand than by `sort`. */
const sortedKeys = (members: Members): ReadonlyArray<string> => {
  const keys = Object.keys(members)
  if (keys.length > 8) return keys.sort()
  for (const [from, key] of keys.entries()) {
    let to = from
    for (let before = keys[to - 1]; before !== undefined && before > key; before = keys[to - 1]) {
      keys[to] = before
      to -= 1
    }
    keys[to] = key
  }
  return keys
}

const million = 1_000_000

/** An instant is beyond what V8 writes as a whole number quickly; both its halves are not. */
const numberText = (value: number): string => {
  if (value < 2 ** 31 || !Number.isSafeInteger(value)) return `${value}`
  const high = Math.floor(value / million)
  return `${high}${`${million + (value - high * million)}`.slice(1)}`
}

/** What JSON writes as it is. */
const plain = /^[ !#-[\]-~]*$/

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text))
