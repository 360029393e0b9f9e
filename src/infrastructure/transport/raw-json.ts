import { randomUUID } from 'node:crypto'

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
