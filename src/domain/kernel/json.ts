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
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null'
  if (Array.isArray(value)) return arrayText(value)
  return isObject(value) ? objectText(value) : (JSON.stringify(value) ?? 'null')
}

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null

const arrayText = (items: ReadonlyArray<unknown>): string => {
  let text = ''
  for (const item of items) text += `${text === '' ? '' : ','}${canonicalJson(item)}`
  return `[${text}]`
}

const objectText = (members: Members): string => {
  let text = ''
  // Without a comparison of its own, sort goes by UTF-16 code units.
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** What JSON writes as it is. */
const plain = /^[ !#-[\]-~]*$/

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text))
