export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

/**
 * The canonical text of a JSON value (RFC 8785): keys in the order of their UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them. `undefined` is left out. Plain loops, because each stored record is written several times.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number') return Number.isFinite(value) ? numberText(value) : 'null'
  if (Array.isArray(value)) return arrayText(value)
  return isObject(value) ? objectText(value, canonicalJson) : (JSON.stringify(value) ?? 'null')
}

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

const arrayText = (items: ReadonlyArray<unknown>): string => {
  let text = ''
  for (const item of items) text += `${text === '' ? '' : ','}${canonicalJson(item)}`
  return `[${text}]`
}

/** An object's canonical text, with `textOf` for its members. A member without a text is left out. */
export const objectText = (
  members: Members,
  textOf: (member: unknown, key: string) => string | undefined,
): string => {
  let text = '{'
  for (const key of sortedKeys(members)) {
    const member = members[key]
    const memberText = member === undefined ? undefined : textOf(member, key)
    if (memberText === undefined) continue
    text += text.length > 1 ? ',' : ''
    text += quote(key)
    text += ':'
    text += memberText
  }
  return `${text}}`
}

/** By UTF-16 code units. For the few keys of most objects, insertion sort is faster than `sort`. */
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

/** V8 writes integers below 2^31 faster than others, so an instant is written as two of them. */
const numberText = (value: number): string => {
  if (value < 2 ** 31 || !Number.isSafeInteger(value)) return `${value}`
  const high = Math.floor(value / million)
  return `${high}${`${million + (value - high * million)}`.slice(1)}`
}

/** Text that JSON writes without escapes. */
const unescaped = /^[ !#-[\]-~]*$/

const quote = (text: string): string => (unescaped.test(text) ? `"${text}"` : JSON.stringify(text))
