import type { ErrorDetails } from './reply.js'

/** Limits that every event must meet before anything of it is stored or passed on: `wire.md`, "Codes". */
export type FrameLimits = {
  /** For events whose traits name no limit of their own. */
  readonly maxEventBytes: number
  readonly maxDepth: number
}

export const FRAME_LIMITS: FrameLimits = { maxEventBytes: 64 * 1024, maxDepth: 32 }

const largePayloads = new WeakSet<object>()

/** Marks payloads above `maxEventBytes` that were accepted because of their event's own limit. */
export const markLarge = (payloads: readonly unknown[]): void => {
  for (const payload of payloads)
    if (typeof payload === 'object' && payload !== null) largePayloads.add(payload)
}

/** True if the payload is above `maxEventBytes`; for handlers that accept this for some of their commands only. */
export const isLarge = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && largePayloads.has(payload)

/**
 * Replaces the payload of an event that exceeds a limit, so that the event keeps its order, its rate token and its
 * acknowledgement. A client cannot forge one, because `JSON.parse` creates no instances of classes.
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

const MAX_KEY_LENGTH = 64

/** The keys of the invalid value, innermost first. */
type KeyPath = string[]

const under = (path: KeyPath, key: string): KeyPath => {
  path.push(key)
  return path
}

const invalidPathIn = (value: unknown, depthLeft: number): KeyPath | undefined => {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : []
  if (typeof value !== 'object' || value === null) return undefined
  if (depthLeft === 0) return []
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const path = invalidPathIn(value[i], depthLeft - 1)
      if (path !== undefined) return under(path, String(i))
    }
    return undefined
  }
  for (const key in value) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') return [key]
    if (!key.isWellFormed()) return []
    const path = invalidPathIn((value as Record<string, unknown>)[key], depthLeft - 1)
    if (path !== undefined) return under(path, key.slice(0, MAX_KEY_LENGTH))
  }
  return undefined
}

/** Checks one parsed argument, never deeper than `maxDepth`, so that no value can overflow the stack. */
export const invalidFrameIn = (value: unknown, { maxDepth }: FrameLimits): InvalidFrame | undefined => {
  const path = invalidPathIn(value, maxDepth)
  return path && new InvalidFrame('invalid-payload', path.reverse().join('.'))
}
