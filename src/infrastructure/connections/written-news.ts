import { RawJson } from '../transport/raw-json.js'

/** What many are told alike, each from a place of its own on. */
export interface Told {
  readonly seq: number
  readonly payload: object
}

/** So many places in the log are written at once: a client's first and last are mostly its own, what is between is everybody's. */
const places = 64

interface Written {
  readonly payloads: ReadonlyArray<object>
  readonly bytes: Buffer
}

/** By the first of them. */
const blocks = new WeakMap<object, Written>()

/**
 * The payloads in one array, written in blocks that all who are told the same ones share: when thousands come in at once,
 * each misses a thousand others.
 */
export const writtenNews = (news: ReadonlyArray<Told>): RawJson => {
  const parts: Array<Buffer> = []
  let block: Array<object> = []
  let place = Number.NaN
  const finish = (): void => {
    if (block.length > 0) parts.push(parts.length === 0 ? opening : comma, bytesOf(block))
    block = []
  }
  for (const { seq, payload } of news) {
    const at = Math.floor(seq / places)
    if (at !== place) finish()
    place = at
    block.push(payload)
  }
  finish()
  return new RawJson([...(parts.length === 0 ? [opening] : parts), closing])
}

const opening = Buffer.from('[')
const comma = Buffer.from(',')
const closing = Buffer.from(']')

const bytesOf = (payloads: ReadonlyArray<object>): Buffer => {
  const [first] = payloads
  const known = first === undefined ? undefined : blocks.get(first)
  if (known !== undefined && isSame(known.payloads, payloads)) return known.bytes
  const bytes = Buffer.from(JSON.stringify(payloads).slice(1, -1))
  if (first !== undefined) blocks.set(first, { payloads, bytes })
  return bytes
}

const isSame = (left: ReadonlyArray<object>, right: ReadonlyArray<object>): boolean =>
  left.length === right.length && left.every((payload, index) => payload === right[index])
