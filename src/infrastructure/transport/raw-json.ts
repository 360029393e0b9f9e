import { randomUUID } from 'node:crypto'

/**
 * JSON that is text already, to be put into a message as it is: a large room's state is written once for its parts, and not
 * again for everyone who comes in.
 */
export class RawJson {
  constructor(readonly text: string) {}

  /** Called by `JSON.stringify`: leaves a mark where the text goes. */
  toJSON(): string {
    return `${mark}${met.push(this.text) - 1}`
  }
}

/** Nobody outside can write it into a message. */
const mark = `raw-${randomUUID()}-`

/** The texts of the value that is being written. */
let met: Array<string> = []

/** `JSON.stringify`, with what is raw in its place. */
export const jsonText = (value: unknown): string => {
  met = []
  const text = JSON.stringify(value)
  return met.reduce((whole, raw, index) => whole.replace(`"${mark}${index}"`, () => raw), text)
}
