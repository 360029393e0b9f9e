import type { ErrorDetails } from './reply.js'

/** What an event must pass before anything of it is kept or passed on: `wire.md`, "Codes". */
export type FrameLimits = {
  readonly maxEventBytes: number
  /** Events whose nature is large, by name. */
  readonly maxBytesByEvent: ReadonlyMap<string, number>
  readonly maxDepth: number
}

const KIB = 1024

export const FRAME_LIMITS: FrameLimits = {
  maxEventBytes: 64 * KIB,
  maxBytesByEvent: new Map([
    ['startRandom', 512 * KIB],
    ['start-random', 512 * KIB],
    ['command', 512 * KIB],
  ]),
  maxDepth: 32,
}

const largePayloads = new WeakSet<object>()

/** Remembers what was let through only because events of its name may be large. */
export const markLarge = (payloads: readonly unknown[]): void => {
  for (const payload of payloads)
    if (typeof payload === 'object' && payload !== null) largePayloads.add(payload)
}

/** Whether a payload is larger than events are in general; for handlers that let only some of theirs be so. */
export const isLarge = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && largePayloads.has(payload)

/**
 * Takes the payload's place when the frame broke a rule, so that the event keeps its order, its token and its
 * acknowledgement. No client can write one: what JSON makes is never an instance of it.
 */
export class InvalidFrame {
  constructor(
    readonly code: 'payload-too-large' | 'invalid-payload',
    readonly path?: string,
  ) {}

  get details(): ErrorDetails | undefined {
    return this.path === undefined || this.path === '' ? undefined : { path: this.path }
  }
}

const LONGEST_SHOWN_KEY = 64

/** Keys from the innermost out, or `undefined` where there is no flaw. Built only when there is one. */
type Flaw = string[] | undefined

const within = (flaw: string[], key: string): string[] => {
  flaw.push(key)
  return flaw
}

const flawIn = (value: unknown, depthLeft: number): Flaw => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  if (depthLeft === 0) return []
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const flaw = flawIn(value[i], depthLeft - 1)
      if (flaw !== undefined) return within(flaw, String(i))
    }
    return undefined
  }
  for (const key in value) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return [key]
    if (!key.isWellFormed()) return []
    const flaw = flawIn((value as Record<string, unknown>)[key], depthLeft - 1)
    if (flaw !== undefined) return within(flaw, key.slice(0, LONGEST_SHOWN_KEY))
  }
  return undefined
}

/** Checks what `JSON.parse` made of one argument; never deeper than the rule allows, so no stack can run out. */
export const invalidFrameIn = (value: unknown, { maxDepth }: FrameLimits): InvalidFrame | undefined => {
  const flaw = flawIn(value, maxDepth)
  return flaw && new InvalidFrame('invalid-payload', flaw.reverse().join('.'))
}
