import { randomUUID } from 'node:crypto'
import type { SequencedPayload } from '../../application/ports/client-link.js'

/**
 * JSON that is already encoded, inserted into a packet unchanged: the parts of a large room's state are encoded once, not
 * once per member that joins.
 */
export class RawJson {
  constructor(readonly parts: ReadonlyArray<Buffer>) {}

  /** Called by `JSON.stringify`: returns a placeholder for the bytes. */
  toJSON(): string {
    return `${placeholder}${inserts.push(this) - 1}`
  }
}

/** Random, so that a client cannot put it into a payload. */
const placeholder = `raw-${randomUUID()}-`

/** The `RawJson` values of the packet that is being encoded. */
let inserts: Array<RawJson> = []

/** A packet of encoded parts; `toString` gives it as one text, for a transport that cannot write the parts. */
export class RawPacket {
  readonly length: number

  constructor(readonly parts: ReadonlyArray<Buffer>) {
    this.length = parts.reduce((sum, part) => sum + part.length, 0)
  }

  toString(): string {
    return Buffer.concat(this.parts).toString()
  }
}

/** A packet of a head and JSON: a string, unless the value contains `RawJson`. */
export const packetOf = (head: string, value: unknown): string | RawPacket => {
  inserts = []
  const json = JSON.stringify(value)
  if (inserts.length === 0) return head + json
  const parts: Array<Buffer> = []
  let rest = head + json
  for (const [index, raw] of inserts.entries()) {
    const [before = '', after = ''] = rest.split(`"${placeholder}${index}"`)
    parts.push(Buffer.from(before), ...raw.parts)
    rest = after
  }
  return new RawPacket([...parts, Buffer.from(rest)])
}

/** Positions of the log per block: mostly only the first and the last block of an array are one client's own. */
const blockLength = 64

interface Block {
  readonly payloads: ReadonlyArray<object>
  readonly bytes: Buffer
}

/** By the first payload. */
const blocks = new WeakMap<object, Block>()

/**
 * The payloads as one JSON array, in blocks that are encoded once for all arrays with the same payloads: when
 * thousands of clients join at once, each misses a thousand others.
 */
export const sharedJsonArray = (items: ReadonlyArray<SequencedPayload>): RawJson => {
  const parts: Array<Buffer> = []
  let block: Array<object> = []
  let position = Number.NaN
  const finish = (): void => {
    if (block.length > 0) parts.push(parts.length === 0 ? arrayStart : separator, bytesOf(block))
    block = []
  }
  for (const { seq, payload } of items) {
    const next = Math.floor(seq / blockLength)
    if (next !== position) finish()
    position = next
    block.push(payload)
  }
  finish()
  return new RawJson([...(parts.length === 0 ? [arrayStart] : parts), arrayEnd])
}

const arrayStart = Buffer.from('[')
const separator = Buffer.from(',')
const arrayEnd = Buffer.from(']')

const bytesOf = (payloads: ReadonlyArray<object>): Buffer => {
  const [first] = payloads
  const present = first === undefined ? undefined : blocks.get(first)
  if (present !== undefined && isSame(present.payloads, payloads)) return present.bytes
  const bytes = Buffer.from(JSON.stringify(payloads).slice(1, -1))
  if (first !== undefined) blocks.set(first, { payloads, bytes })
  return bytes
}

const isSame = (left: ReadonlyArray<object>, right: ReadonlyArray<object>): boolean =>
  left.length === right.length && left.every((payload, index) => payload === right[index])
