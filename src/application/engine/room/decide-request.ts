import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { CommandOutcome, RoomCommand } from '../../../domain/room/index.js'
import { ActivityFailure, outcomeOf } from '../../../domain/room/index.js'
import type { Delivery } from '../../ports/publisher.js'
import type { RoomContext } from '../engine-context.js'
import type { AuditBuffer } from './audit-buffer.js'
import type { Aggregate, EventOrigin, FoldStep } from './aggregate.js'
import type { EffectRunner } from './effect-runner.js'
import type { CommandResult, Request, RequestFailure, SignalCommand } from '../request.js'
import { failureName } from '../request.js'
import type { Signals } from './signals.js'

/** A decision that waits until the state it was made on is durable. */
export interface DecidedStep {
  /** The log must be durable up to here before the step leaves the room. */
  readonly requiredSeq: number
  /** `null`: the room's own timer. */
  readonly request: Request | null
  readonly outcome: Either<RequestFailure, CommandResult>
  readonly deliveries: ReadonlyArray<Delivery>
}

/** A request whose command id was used before, with what the first one led to. */
export interface RepeatedCommand {
  readonly request: Request
  readonly outcome: CommandOutcome
  /** The room as the repeated request met it. */
  readonly result: CommandResult
}

export type DecidedRequest =
  | { readonly type: 'step'; readonly step: DecidedStep }
  | { readonly type: 'repeated'; readonly command: RepeatedCommand }

export interface DecisionContext extends Omit<RoomContext, 'audit'> {
  readonly aggregate: () => Aggregate
  readonly signals: Signals
  readonly audit: AuditBuffer
  readonly effectRunner: Pick<EffectRunner, 'onRecorded'>
}

/** Never throws: an exception in our own code fails this request alone, and has changed nothing. */
export const decideRequest = (request: Request, now: Instant, context: DecisionContext): DecidedRequest => {
  const aggregate = context.aggregate()
  const { command, by, cause } = request
  try {
    const denied = request.denial?.(aggregate.state())
    if (denied !== undefined) return asStep(fail(request, denied, context))
    if (command === null) return asStep(stepOf(request, E.right(resultOf([], aggregate)), aggregate))
    if (command.type === 'signal') return asStep(decideSignal(request, command, now, context))
    const outcome = repeatedOutcomeOf(request, aggregate)
    if (outcome === undefined) {
      return asStep(decideCommand(request, command, { at: now, by, cause }, context))
    }
    if (outcome.digest !== cause?.digest) return asStep(fail(request, { type: 'command-id-reused' }, context))
    return { type: 'repeated', command: { request, outcome, result: resultOf([], aggregate) } }
  } catch (error) {
    return asStep(failWithDefect(request, error, context))
  }
}

const asStep = (step: DecidedStep): DecidedRequest => ({ type: 'step', step })

const repeatedOutcomeOf = ({ by, cause }: Request, aggregate: Aggregate): CommandOutcome | undefined =>
  cause === null || by === null ? undefined : outcomeOf(aggregate.state(), by, cause.id)

/** `request` is `null` for a timer. Never throws. */
export const decideCommand = (
  request: Request | null,
  command: RoomCommand,
  origin: EventOrigin,
  context: DecisionContext,
): DecidedStep => {
  const aggregate = context.aggregate()
  try {
    const random = context.entropy.bytes()
    const { at, by, cause } = origin
    const decision = context.model.decide({ command, at, by, cause, random }, aggregate.state())
    if (E.isLeft(decision)) return fail(request, decision.left, context)
    const steps = aggregate.append(decision.right, origin)
    return stepOf(request, E.right(resultOf(steps, aggregate)), aggregate, deliveriesOf(steps, context))
  } catch (error) {
    return error instanceof ActivityFailure
      ? decideWithoutActivity(error, request, command, origin, context)
      : failWithDefect(request, error, context)
  }
}

/** Deactivates the activity that threw. Its own command fails; any other command is decided without it. */
const decideWithoutActivity = (
  { module, cause: thrown }: ActivityFailure,
  request: Request | null,
  command: RoomCommand,
  origin: EventOrigin,
  context: DecisionContext,
): DecidedStep => {
  if (command.type === 'fail') return failWithDefect(request, thrown, context)
  const seqBefore = context.aggregate().seq()
  const deactivation: RoomCommand = { type: 'fail', activity: module }
  const deactivated = decideCommand(null, deactivation, { at: origin.at, by: null, cause: null }, context)
  // An activity that was inactive already would throw again.
  const canDecide = context.aggregate().seq() > seqBefore && command.type !== 'act'
  if (!canDecide) {
    return { ...failWithDefect(request, thrown, context), deliveries: deactivated.deliveries }
  }
  context.monitor.defect(context.room, thrown)
  const decided = decideCommand(request, command, origin, context)
  return { ...decided, deliveries: [...deactivated.deliveries, ...decided.deliveries] }
}

/** A signal takes its place in the room's order, whether or not the log records it. */
const decideSignal = (
  request: Request,
  command: SignalCommand,
  at: Instant,
  context: DecisionContext,
): DecidedStep => {
  const aggregate = context.aggregate()
  const { by, audit } = request
  const decided = context.signals.decide(command, by, at, aggregate.state(), audit ?? null)
  if (E.isLeft(decided)) return fail(request, decided.left, context)
  const { events, deliver } = decided.right
  const steps = aggregate.append(events, { at, by, cause: null })
  for (const { data } of events) context.audit.addSignals(audit ?? null, data)
  const deliveries = steps.length === 0 ? [deliver] : [...deliveriesOf(steps, context), deliver]
  return stepOf(request, E.right(resultOf(steps, aggregate)), aggregate, deliveries)
}

/** Records the signals that were counted. Never throws. */
export const recordSignalCounts = (at: Instant, context: DecisionContext): DecidedStep => {
  const aggregate = context.aggregate()
  try {
    const { events, subjects, onPublished } = context.signals.meter.record(at)
    const steps = aggregate.append(events, { at, by: null, cause: null })
    for (const [index, { data }] of events.entries()) context.audit.addSignals(subjects[index] ?? null, data)
    const deliveries = [...deliveriesOf(steps, context), onPublished]
    return stepOf(null, E.right(resultOf(steps, aggregate)), aggregate, deliveries)
  } catch (error) {
    return failWithDefect(null, error, context)
  }
}

const deliveriesOf = (steps: ReadonlyArray<FoldStep>, context: DecisionContext): ReadonlyArray<Delivery> => {
  if (steps.length === 0) return noDeliveries
  const deliveries: Array<Delivery> = []
  for (const step of steps) {
    deliveries.push(prepareDelivery(step, context))
    const dropSignals = context.signals.onRecorded(step)
    if (dropSignals !== null) deliveries.push(dropSignals)
    const runEffects = context.effectRunner.onRecorded(step)
    if (runEffects !== null) deliveries.push(runEffects)
  }
  return deliveries
}

/** The records have their positions already, so a publisher that throws loses its own delivery only. */
export const prepareDelivery = (
  { record, before, after }: FoldStep,
  { room, publisher, monitor }: Pick<RoomContext, 'room' | 'publisher' | 'monitor'>,
): Delivery => {
  try {
    return publisher.prepare(record, before, after)
  } catch (error) {
    monitor.defect(room, error)
    return () => undefined
  }
}

const fail = (
  request: Request | null,
  failure: RequestFailure,
  { aggregate, monitor }: DecisionContext,
): DecidedStep => {
  monitor.rejected(failureName(failure))
  return stepOf(request, E.left(failure), aggregate())
}

const failWithDefect = (request: Request | null, error: unknown, context: DecisionContext): DecidedStep => {
  context.monitor.defect(context.room, error)
  return fail(request, { type: 'internal-error' }, context)
}

const noDeliveries: ReadonlyArray<Delivery> = []

const stepOf = (
  request: Request | null,
  outcome: DecidedStep['outcome'],
  aggregate: Aggregate,
  deliveries: ReadonlyArray<Delivery> = noDeliveries,
): DecidedStep => ({ requiredSeq: aggregate.seq(), request, outcome, deliveries })

const noEvents: CommandResult['events'] = []

const resultOf = (steps: ReadonlyArray<FoldStep>, aggregate: Aggregate): CommandResult => ({
  state: aggregate.state(),
  epoch: aggregate.epoch(),
  seq: aggregate.seq(),
  at: aggregate.at(),
  events: steps.length === 0 ? noEvents : steps.map(({ record }) => record),
})
