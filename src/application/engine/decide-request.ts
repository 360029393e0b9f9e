import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { CommandOutcome, RoomCommand } from '../../domain/room/index.js'
import { ActivityFailure, outcomeOf, decide } from '../../domain/room/index.js'
import type { Entropy } from '../ports/entropy.js'
import type { Monitor } from '../ports/monitor.js'
import type { Delivery, Publisher } from '../ports/publisher.js'
import type { FoldStep, Aggregate, EventOrigin } from './aggregate.js'
import type { CommandResult, RequestFailure, Request, SignalCommand } from './request.js'
import type { Signals } from './signals.js'
import type { EffectRunner } from './effect-runner.js'

/** Decided, and waiting until what it rests on is durable. */
export interface DecidedStep {
  /** The place in the log that has to be durable before anybody hears of this. */
  readonly requiredSeq: number
  /** `null`: the room's own clock asked. */
  readonly request: Request | null
  readonly outcome: Either<RequestFailure, CommandResult>
  /** The command was given before: its events are still to be read. */
  readonly repeatedOutcome: CommandOutcome | null
  readonly deliveries: ReadonlyArray<Delivery>
}

export interface DecisionContext {
  readonly room: RoomId
  readonly ledger: () => Aggregate
  readonly signals: Signals
  readonly wants: Pick<EffectRunner, 'onRecorded'>
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
}

/** Never throws: what throws in our own code is a defect of this request alone, and has changed nothing. */
export const decideRequest = (request: Request, now: Instant, decision: DecisionContext): DecidedStep => {
  const { command, by, cause } = request
  const aggregate = decision.ledger()
  if (command === null) return step(request, E.right(answered([], aggregate)), aggregate)
  try {
    if (command.type === 'signal') return decideSignal(request, command, now, decision)
    const known = rememberedOf(request, aggregate)
    if (known === undefined) return decideCommand(request, command, { at: now, by, cause }, decision)
    if (known.digest !== cause?.digest) return refused(request, { type: 'command-id-reused' }, decision)
    return { ...step(request, E.right(answered([], aggregate)), aggregate), repeatedOutcome: known }
  } catch (error) {
    return defective(request, error, decision)
  }
}

const rememberedOf = ({ by, cause }: Request, aggregate: Aggregate): CommandOutcome | undefined =>
  cause === null || by === null ? undefined : outcomeOf(aggregate.state(), by, cause.id)

/** `request` is null for what was due. Never throws. */
export const decideCommand = (
  request: Request | null,
  command: RoomCommand,
  origin: EventOrigin,
  decision: DecisionContext,
): DecidedStep => {
  const aggregate = decision.ledger()
  try {
    const random = decision.entropy.bytes()
    const decided = decide({ command, random, ...origin }, aggregate.state())
    if (E.isLeft(decided)) return refused(request, decided.left, decision)
    const steps = aggregate.append(decided.right, origin)
    return step(request, E.right(answered(steps, aggregate)), aggregate, prepared(steps, decision))
  } catch (error) {
    return error instanceof ActivityFailure
      ? decideWithout(error, request, command, origin, decision)
      : defective(request, error, decision)
  }
}

/**
 * The module that threw is stopped first. What was asked of it has failed; everything else is decided as if it had been off.
 */
const decideWithout = (
  { module, cause: thrown }: ActivityFailure,
  request: Request | null,
  command: RoomCommand,
  origin: EventOrigin,
  decision: DecisionContext,
): DecidedStep => {
  if (command.type === 'fail') return defective(request, thrown, decision)
  const before = decision.ledger().seq()
  const stops: RoomCommand = { type: 'fail', activity: module }
  const stopped = decideCommand(null, stops, { at: origin.at, by: null, cause: null }, decision)
  // Where it was off already, it would throw again.
  const goesOn = decision.ledger().seq() > before && command.type !== 'act'
  if (!goesOn) return { ...defective(request, thrown, decision), deliveries: stopped.deliveries }
  decision.monitor.defect(decision.room, thrown)
  const decided = decideCommand(request, command, origin, decision)
  return { ...decided, deliveries: [...stopped.deliveries, ...decided.deliveries] }
}

/** It takes its place in the room's order, whether the log hears of it or not. */
const decideSignal = (
  request: Request,
  command: SignalCommand,
  at: Instant,
  decision: DecisionContext,
): DecidedStep => {
  const aggregate = decision.ledger()
  const decided = decision.signals.decide(command, request.by, at, aggregate.state())
  if (E.isLeft(decided)) return refused(request, decided.left, decision)
  const { events, pass } = decided.right
  const steps = aggregate.append(events, { at, by: request.by, cause: null })
  const deliveries = steps.length === 0 ? [pass] : [...prepared(steps, decision), pass]
  return step(request, E.right(answered(steps, aggregate)), aggregate, deliveries)
}

/** Writes down what was counted of signals, by the room's own clock. Never throws. */
export const recordSignalCounts = (at: Instant, decision: DecisionContext): DecidedStep => {
  const aggregate = decision.ledger()
  try {
    const { events, onPublished: left } = decision.signals.meter.record(at)
    const steps = aggregate.append(events, { at, by: null, cause: null })
    const deliveries = [...prepared(steps, decision), left]
    return step(null, E.right(answered(steps, aggregate)), aggregate, deliveries)
  } catch (error) {
    return defective(null, error, decision)
  }
}

/** By now the records have their places, so what cannot be shown of one must not take the others down with it. */
const prepared = (steps: ReadonlyArray<FoldStep>, decision: DecisionContext): ReadonlyArray<Delivery> => {
  if (steps.length === 0) return noDeliveries
  const deliveries: Array<Delivery> = []
  for (const each of steps) {
    deliveries.push(prepareDelivery(each, decision))
    const forgets = decision.signals.onRecorded(each)
    if (forgets !== null) deliveries.push(forgets)
    const asks = decision.wants.onRecorded(each)
    if (asks !== null) deliveries.push(asks)
  }
  return deliveries
}

export const prepareDelivery = (
  { record, before, after }: FoldStep,
  { room, publisher, monitor }: Pick<DecisionContext, 'room' | 'publisher' | 'monitor'>,
): Delivery => {
  try {
    return publisher.prepare(record, before, after)
  } catch (error) {
    monitor.defect(room, error)
    return () => undefined
  }
}

const refused = (
  request: Request | null,
  refusal: RequestFailure,
  { ledger: aggregate, monitor }: DecisionContext,
): DecidedStep => {
  monitor.rejected(refusal.type)
  return step(request, E.left(refusal), aggregate())
}

const defective = (request: Request | null, error: unknown, decision: DecisionContext): DecidedStep => {
  decision.monitor.defect(decision.room, error)
  return refused(request, { type: 'internal-error' }, decision)
}

const noDeliveries: ReadonlyArray<Delivery> = []

const step = (
  request: Request | null,
  outcome: DecidedStep['outcome'],
  aggregate: Aggregate,
  deliveries: ReadonlyArray<Delivery> = noDeliveries,
): DecidedStep => ({ requiredSeq: aggregate.seq(), request, outcome, repeatedOutcome: null, deliveries })

const noEvents: CommandResult['events'] = []

const answered = (steps: ReadonlyArray<FoldStep>, aggregate: Aggregate): CommandResult => ({
  state: aggregate.state(),
  epoch: aggregate.epoch(),
  seq: aggregate.seq(),
  at: aggregate.at(),
  events: steps.length === 0 ? noEvents : steps.map(({ record }) => record),
})
