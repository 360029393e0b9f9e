import { randomUUID } from 'node:crypto'

/**
 * JSON that is bytes already, to be put into a message as it is: a large room's state is written once for its parts, and not
 * again for everyone who comes in.
 */
export class RawJson {
  constructor(readonly parts: ReadonlyArray<Buffer>) {}

  /** Called by `JSON.stringify`: leaves a mark where the bytes go. */
  toJSON(): string {
    return `${mark}${met.push(this) - 1}`
  }
}

/** Nobody outside can write it into a message. */
const mark = `raw-${randomUUID()}-`

/** What is raw in the value that is being written. */
let met: Array<RawJson> = []

/** A packet of which parts are bytes. Where it cannot be written as it is, it is one text like every other. */
export class RawPacket {
  readonly length: number

  constructor(readonly parts: ReadonlyArray<Buffer>) {
    this.length = parts.reduce((sum, part) => sum + part.length, 0)
  }

  toString(): string {
    return Buffer.concat(this.parts).toString()
  }
}

/** A packet with this JSON behind its head: text, unless there is something raw in it. */
export const packetOf = (head: string, value: unknown): string | RawPacket => {
  met = []
  const json = JSON.stringify(value)
  if (met.length === 0) return head + json
  const parts: Array<Buffer> = []
  let rest = head + json
  for (const [index, raw] of met.entries()) {
    const [before = '', after = ''] = rest.split(`"${mark}${index}"`)
    parts.push(Buffer.from(before), ...raw.parts)
    rest = after
  }
  return new RawPacket([...parts, Buffer.from(rest)])
}
