import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { pluginNamed } from '../../domain/activities/registry.js'
import type { EffectContext } from '../../domain/kernel/activity-plugin.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoomState, RoomEffect, EffectResult } from '../../domain/room/index.js'
import { moduleCommand, effects } from '../../domain/room/index.js'
import type { Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { Monitor } from '../ports/monitor.js'
import type { EffectHandler } from '../ports/effect-handler.js'
import type { Delivery } from '../ports/publisher.js'
import type { FoldStep } from './aggregate.js'
import type { EngineLimits } from './limits.js'
import type { SingleTimer } from './single-timer.js'
import { createSingleTimer } from './single-timer.js'
import type { CommandResult, RequestFailure, Request } from './request.js'

/**
 * What a room waits for from outside, while it is in memory. Nothing of it is kept: what is wanted is worked out from the log,
 * so it is asked for again after a crash, and an answer that comes twice or too late changes nothing.
 */
export interface EffectRunner {
  /** What is to be done once this record is durable, if it can have changed what is wanted. */
  readonly onRecorded: (steps: FoldStep) => Delivery | null
  /** The room as it is known to be durable: asks for what is new, and gives up what is wanted no more. */
  readonly reconcile: (state: RoomState) => void
  readonly isEmpty: () => boolean
  /** Gives up everything, for good. */
  readonly close: () => void
}

export interface EffectRunnerContext {
  readonly room: RoomId
  readonly clock: Clock
  readonly entropy: Entropy
  readonly monitor: Monitor
  readonly outside: EffectHandler
  readonly limits: EngineLimits
  readonly submit: (request: Request) => void
}

interface Pending {
  readonly wanted: RoomEffect
  /** A pause before the next attempt, or how long one may take. */
  readonly timer: SingleTimer
  /** Of the attempt that is under way. */
  abort: AbortController | null
  attempts: number
  /** Known, and not known to be written. */
  answer: EffectResult | null
  /** Neither an answer nor that there is none could be brought home; nobody waits for more. */
  isHopeless: boolean
}

export const createEffectRunner = (wisher: EffectRunnerContext): EffectRunner => {
  const { room, clock, entropy, monitor, outside: effectHandler, limits, submit } = wisher
  const pending = new Map<string, Pending>()
  let isClosed = false

  const now = (state: RoomState): void => {
    if (isClosed) return
    const wanted = new Map(wantedIn(state).map((want) => [want.key, want]))
    for (const [key, each] of pending) if (!wanted.has(key)) drop(key, each)
    for (const [key, want] of wanted) {
      if (pending.has(key)) continue
      const timer = createSingleTimer(clock)
      const fresh = { wanted: want, timer, abort: null, attempts: 0, answer: null, isHopeless: false }
      pending.set(key, fresh)
      context(fresh)
    }
  }

  const wantedIn = (state: RoomState): ReadonlyArray<RoomEffect> => {
    try {
      return effects(state)
    } catch (error) {
      monitor.defect(room, error)
      return []
    }
  }

  const isWanted = (each: Pending): boolean => pending.get(each.wanted.key) === each

  const drop = (key: string, { timer, abort }: Pending): void => {
    pending.delete(key)
    timer.clear()
    abort?.abort()
  }

  const context = (each: Pending): void => {
    const abort = new AbortController()
    each.abort = abort
    each.attempts++
    const isUnderWay = (): boolean => isWanted(each) && each.abort === abort
    each.timer.set(clock.now() + limits.effectMs + limits.effectOvertimeMs, () => {
      abort.abort()
      failed(each, new Error(`${each.wanted.key} was not answered in time`))
    })
    asked(each, abort.signal).then(
      (answer) => {
        if (!isUnderWay()) return
        each.answer = answer
        give(each)
      },
      (error: unknown) => {
        if (isUnderWay()) failed(each, error)
      },
    )
  }

  /** Whoever throws instead of rejecting has failed all the same. */
  const asked = async ({ wanted }: Pending, signal: AbortSignal): Promise<EffectResult> => {
    const wanting = { signal, deadlineMs: limits.effectMs, random: fractionOf(entropy.bytes()) }
    return answeredByGuest(wanted, wanting) ?? effectHandler.run(wanted.effect, wanting)
  }

  const give = (each: Pending): void => {
    const { answer, timer, wanted } = each
    if (answer === null) return
    each.abort = null
    timer.clear()
    let outcome: Either<RequestFailure, CommandResult> | null = null
    submit({
      command: { type: 'act', module: wanted.module, command: answer },
      by: null,
      cause: null,
      reply: (result) => {
        outcome = result
      },
      // What it led to has been met by then, so that what is still wanted has come to nothing.
      afterPublish: () => {
        if (outcome !== null && isWanted(each)) cameToNothing(each, outcome)
      },
    })
  }

  const cameToNothing = (each: Pending, outcome: Either<RequestFailure, CommandResult>): void => {
    const why = E.isLeft(outcome) ? outcome.left.type : 'it changed nothing'
    if (why === 'shutting-down') return
    if (why === 'store-unavailable') return each.timer.set(clock.now() + limits.retryMaxMs, () => give(each))
    if (each.answer === each.wanted.effect.fallback) each.isHopeless = true
    each.answer = null
    if (!each.isHopeless) failed(each, new Error(`the answer to ${each.wanted.key} was of no use: ${why}`))
  }

  const failed = (each: Pending, error: unknown): void => {
    monitor.defect(room, error)
    each.abort = null
    if (each.attempts >= limits.maxEffectAttempts) {
      each.answer = each.wanted.effect.fallback
      return give(each)
    }
    each.timer.set(clock.now() + limits.retryMs * 2 ** each.attempts, () => context(each))
  }

  return {
    onRecorded: ({ before, after }) => (modulesOf(before) === modulesOf(after) ? null : () => now(after)),
    reconcile: now,
    isEmpty: () => {
      for (const { isHopeless } of pending.values()) if (!isHopeless) return false
      return true
    },
    close: () => {
      isClosed = true
      for (const [key, each] of pending) drop(key, each)
    },
  }
}

/** An activity that an application brought along does what it wants itself; its module has its name. */
const answeredByGuest = (
  { module, effect: want }: RoomEffect,
  wanting: EffectContext,
): Promise<EffectResult> | undefined => {
  const guest = pluginNamed(module)
  return guest?.runEffect?.(want, wanting).then((command) => moduleCommand(guest, command).command)
}

const modulesOf = (state: RoomState): unknown => (state.phase === 'absent' ? null : state.modules)

/** The first four bytes as a fraction. */
const fractionOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
