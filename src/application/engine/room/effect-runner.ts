import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { ActivityCommand } from '../../../domain/kernel/activity.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { RoomEffect, RoomModel, RoomState } from '../../../domain/room/index.js'
import type { Clock } from '../../ports/clock.js'
import type { Entropy } from '../../ports/entropy.js'
import type { Monitor } from '../../ports/monitor.js'
import type { Delivery } from '../../ports/publisher.js'
import type { FoldStep } from './aggregate.js'
import type { EngineLimits } from '../limits.js'
import type { SingleTimer } from './single-timer.js'
import { createSingleTimer } from './single-timer.js'
import type { CommandResult, RequestFailure, Request } from '../request.js'
import { failureName } from '../request.js'

/**
 * Runs the effects of one room in memory. It stores nothing: effects are derived from the log, so they run again after
 * a crash, and a result that comes twice or too late changes nothing.
 */
export interface EffectRunner {
  /** Returns what to do once this record is durable; `null` if it cannot have changed the effects. */
  readonly onRecorded: (step: FoldStep) => Delivery | null
  /** Starts the new effects of a durable state and aborts those that it no longer has. */
  readonly reconcile: (state: RoomState) => void
  readonly isEmpty: () => boolean
  /** Aborts everything, for good. */
  readonly close: () => void
}

export interface EffectRunnerContext {
  readonly room: RoomId
  readonly model: RoomModel
  readonly clock: Clock
  readonly entropy: Entropy
  readonly monitor: Monitor
  readonly limits: EngineLimits
  readonly submit: (request: Request) => void
}

interface RunningEffect {
  readonly wanted: RoomEffect
  /** The pause before the next attempt, or the deadline of the current one. */
  readonly timer: SingleTimer
  abort: AbortController | null
  attempts: number
  /** The result that is not known to be recorded. */
  result: ActivityCommand | null
  /** Neither a result nor the fallback changed the room, so nothing more is tried. */
  isAbandoned: boolean
}

export const createEffectRunner = (context: EffectRunnerContext): EffectRunner => {
  const { room, model, clock, entropy, monitor, limits, submit } = context
  const running = new Map<string, RunningEffect>()
  let isClosed = false

  const reconcile = (state: RoomState): void => {
    if (isClosed) return
    const wanted = new Map(effectsOf(state).map((effect) => [effect.key, effect]))
    for (const [key, each] of running) if (!wanted.has(key)) stop(key, each)
    for (const [key, effect] of wanted) {
      if (running.has(key)) continue
      const started: RunningEffect = {
        wanted: effect,
        timer: createSingleTimer(clock),
        abort: null,
        attempts: 0,
        result: null,
        isAbandoned: false,
      }
      running.set(key, started)
      attempt(started)
    }
  }

  const effectsOf = (state: RoomState): ReadonlyArray<RoomEffect> => {
    try {
      return model.effects(state)
    } catch (error) {
      monitor.defect(room, error)
      return []
    }
  }

  const isRunning = (each: RunningEffect): boolean => running.get(each.wanted.key) === each

  const stop = (key: string, { timer, abort }: RunningEffect): void => {
    running.delete(key)
    timer.clear()
    abort?.abort()
  }

  const attempt = (each: RunningEffect): void => {
    const abort = new AbortController()
    each.abort = abort
    each.attempts++
    const isCurrent = (): boolean => isRunning(each) && each.abort === abort
    each.timer.set(clock.now() + limits.effectMs + limits.effectOvertimeMs, () => {
      abort.abort()
      onFailure(each, new Error(`The effect ${each.wanted.key} missed its deadline`))
    })
    run(each, abort.signal).then(
      (result) => {
        if (!isCurrent()) return
        each.result = result
        submitResult(each)
      },
      (error: unknown) => {
        if (isCurrent()) onFailure(each, error)
      },
    )
  }

  /** Async, so that an activity that throws counts as one that rejects. */
  const run = async ({ wanted }: RunningEffect, signal: AbortSignal): Promise<ActivityCommand> => {
    const effectContext = { signal, deadlineMs: limits.effectMs, random: fractionOf(entropy.bytes()) }
    const result = model.activity(wanted.activity)?.runEffect?.(wanted.effect, effectContext)
    if (result === undefined) throw new Error(`The activity ${wanted.activity} has no runEffect`)
    return result
  }

  const submitResult = (each: RunningEffect): void => {
    const { result, timer, wanted } = each
    if (result === null) return
    each.abort = null
    timer.clear()
    let outcome: Either<RequestFailure, CommandResult> | null = null
    submit({
      command: { type: 'act', module: wanted.module, command: result },
      by: null,
      cause: null,
      reply: (answer) => {
        outcome = answer
      },
      // The room has published its events by now, so an effect that is still running had no use for the result.
      afterPublish: () => {
        if (outcome !== null && isRunning(each)) onUnusedResult(each, outcome)
      },
    })
  }

  const onUnusedResult = (each: RunningEffect, outcome: Either<RequestFailure, CommandResult>): void => {
    const reason = E.isLeft(outcome) ? failureName(outcome.left) : 'it changed nothing'
    if (reason === 'shutting-down') return
    if (reason === 'store-unavailable') {
      return each.timer.set(clock.now() + limits.retryMaxMs, () => submitResult(each))
    }
    if (each.result === each.wanted.effect.fallback) each.isAbandoned = true
    each.result = null
    if (!each.isAbandoned) {
      onFailure(each, new Error(`The result of the effect ${each.wanted.key} was not used: ${reason}`))
    }
  }

  const onFailure = (each: RunningEffect, error: unknown): void => {
    monitor.defect(room, error)
    each.abort = null
    if (each.attempts >= limits.maxEffectAttempts) {
      each.result = each.wanted.effect.fallback
      return submitResult(each)
    }
    each.timer.set(clock.now() + limits.retryMs * 2 ** each.attempts, () => attempt(each))
  }

  return {
    onRecorded: ({ before, after }) =>
      modulesOf(before) === modulesOf(after) ? null : () => reconcile(after),
    reconcile,
    isEmpty: () => {
      for (const { isAbandoned } of running.values()) if (!isAbandoned) return false
      return true
    },
    close: () => {
      isClosed = true
      for (const [key, each] of running) stop(key, each)
    },
  }
}

const modulesOf = (state: RoomState): unknown => (state.phase === 'absent' ? null : state.modules)

/** The first four bytes as a fraction from 0 to 1. */
const fractionOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
