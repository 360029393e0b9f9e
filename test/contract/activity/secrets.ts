import assert from 'node:assert/strict'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'

export interface Secret {
  readonly text: string
  readonly knownFrom: number
}

/** Shorter ones would be found everywhere: a word of eight characters is no accident. */
const leastSecret = 8

/** Every text and every list in what is kept secret, and the record from which on it may be known. */
export const secretsIn = (
  log: ReadonlyArray<RecordedEvent>,
  reveals: ReadonlyArray<string>,
): ReadonlyArray<Secret> =>
  log.flatMap(({ seq, secret }) => {
    const revealed = log.find((other) => other.seq > seq && reveals.includes(other.type))
    return textsIn(secret).map((text) => ({ text, knownFrom: revealed?.seq ?? Infinity }))
  })

const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === 'string') return value.length < leastSecret ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  const text = canonicalJson(value)
  const whole = Array.isArray(value) && text.length >= leastSecret ? [text] : []
  return [...whole, ...Object.values(value).flatMap(textsIn)]
}

/** What is seen at `seq` tells no secret that is not known by then. */
export const keeps = (secrets: ReadonlyArray<Secret>, seq: number, seen: unknown): void => {
  const text = canonicalJson(seen)
  assert.ok(!text.includes('"secret":'), `a field named secret is shown at ${seq}`)
  for (const { text: secret, knownFrom } of secrets) {
    assert.ok(seq >= knownFrom || !text.includes(secret), `${secret} is shown at ${seq}`)
  }
}
