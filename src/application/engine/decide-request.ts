import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Answer as Remembered, RoomCommand } from '../../domain/room/index.js'
import { ActivityFailure, answerIn, decide } from '../../domain/room/index.js'
import type { Entropy } from '../ports/entropy.js'
import type { Monitor } from '../ports/monitor.js'
import type { Delivery, Publisher } from '../ports/publisher.js'
import type { Folded, Ledger, Origin } from './aggregate.js'
import type { Answered, Refusal, Request, SignalCommand } from './request.js'
import type { Signals } from './signals.js'
import type { Wants } from './effect-runner.js'

/** Decided, and waiting until what it rests on is durable. */
export interface Step {
  /** The place in the log that has to be durable before anybody hears of this. */
  readonly needs: number
  /** `null`: the room's own clock asked. */
  readonly request: Request | null
  readonly outcome: Either<Refusal, Answered>
  /** The command was given before: its events are still to be read. */
  readonly repeats: Remembered | null
  readonly deliveries: ReadonlyArray<Delivery>
}

export interface Deciding {
  readonly room: RoomId
  readonly ledger: () => Ledger
  readonly signals: Signals
  readonly wants: Pick<Wants, 'met'>
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
}

/** Never throws: what throws in our own code is a defect of this request alone, and has changed nothing. */
export const decideRequest = (request: Request, now: Instant, deciding: Deciding): Step => {
  const { command, by, cause } = request
  const ledger = deciding.ledger()
  if (command === null) return step(request, E.right(answered([], ledger)), ledger)
  try {
    if (command.type === 'signal') return decideSignal(request, command, now, deciding)
    const known = rememberedOf(request, ledger)
    if (known === undefined) return decideCommand(request, command, { at: now, by, cause }, deciding)
    if (known.digest !== cause?.digest) return refused(request, { type: 'command-id-reused' }, deciding)
    return { ...step(request, E.right(answered([], ledger)), ledger), repeats: known }
  } catch (error) {
    return defective(request, error, deciding)
  }
}

const rememberedOf = ({ by, cause }: Request, ledger: Ledger): Remembered | undefined =>
  cause === null || by === null ? undefined : answerIn(ledger.state(), by, cause.id)

/** `request` is null for what was due. Never throws. */
export const decideCommand = (
  request: Request | null,
  command: RoomCommand,
  origin: Origin,
  deciding: Deciding,
): Step => {
  const ledger = deciding.ledger()
  try {
    const random = deciding.entropy.bytes()
    const decision = decide({ command, random, ...origin }, ledger.state())
    if (E.isLeft(decision)) return refused(request, decision.left, deciding)
    const folded = ledger.enter(decision.right, origin)
    return step(request, E.right(answered(folded, ledger)), ledger, prepared(folded, deciding))
  } catch (error) {
    return error instanceof ActivityFailure
      ? decideWithout(error, request, command, origin, deciding)
      : defective(request, error, deciding)
  }
}

/**
 * The module that threw is stopped first. What was asked of it has failed; everything else is decided as if it had been off.
 */
const decideWithout = (
  { module, cause: thrown }: ActivityFailure,
  request: Request | null,
  command: RoomCommand,
  origin: Origin,
  deciding: Deciding,
): Step => {
  if (command.type === 'fail') return defective(request, thrown, deciding)
  const before = deciding.ledger().seq()
  const stops: RoomCommand = { type: 'fail', activity: module }
  const stopped = decideCommand(null, stops, { at: origin.at, by: null, cause: null }, deciding)
  // Where it was off already, it would throw again.
  const goesOn = deciding.ledger().seq() > before && command.type !== 'act'
  if (!goesOn) return { ...defective(request, thrown, deciding), deliveries: stopped.deliveries }
  deciding.monitor.defect(deciding.room, thrown)
  const decided = decideCommand(request, command, origin, deciding)
  return { ...decided, deliveries: [...stopped.deliveries, ...decided.deliveries] }
}

/** It takes its place in the room's order, whether the log hears of it or not. */
const decideSignal = (request: Request, command: SignalCommand, at: Instant, deciding: Deciding): Step => {
  const ledger = deciding.ledger()
  const decided = deciding.signals.decide(command, request.by, at, ledger.state())
  if (E.isLeft(decided)) return refused(request, decided.left, deciding)
  const { events, pass } = decided.right
  const folded = ledger.enter(events, { at, by: request.by, cause: null })
  const deliveries = folded.length === 0 ? [pass] : [...prepared(folded, deciding), pass]
  return step(request, E.right(answered(folded, ledger)), ledger, deliveries)
}

/** Writes down what was counted of signals, by the room's own clock. Never throws. */
export const decideTallies = (at: Instant, deciding: Deciding): Step => {
  const ledger = deciding.ledger()
  try {
    const { events, left } = deciding.signals.tallies.tell(at)
    const folded = ledger.enter(events, { at, by: null, cause: null })
    const deliveries = [...prepared(folded, deciding), left]
    return step(null, E.right(answered(folded, ledger)), ledger, deliveries)
  } catch (error) {
    return defective(null, error, deciding)
  }
}

/** By now the records have their places, so what cannot be shown of one must not take the others down with it. */
const prepared = (folded: ReadonlyArray<Folded>, deciding: Deciding): ReadonlyArray<Delivery> => {
  if (folded.length === 0) return noDeliveries
  const deliveries: Array<Delivery> = []
  for (const each of folded) {
    deliveries.push(prepare(each, deciding))
    const forgets = deciding.signals.met(each)
    if (forgets !== null) deliveries.push(forgets)
    const asks = deciding.wants.met(each)
    if (asks !== null) deliveries.push(asks)
  }
  return deliveries
}

export const prepare = (
  { record, before, after }: Folded,
  { room, publisher, monitor }: Pick<Deciding, 'room' | 'publisher' | 'monitor'>,
): Delivery => {
  try {
    return publisher.prepare(record, before, after)
  } catch (error) {
    monitor.defect(room, error)
    return () => undefined
  }
}

const refused = (request: Request | null, refusal: Refusal, { ledger, monitor }: Deciding): Step => {
  monitor.rejected(refusal.type)
  return step(request, E.left(refusal), ledger())
}

const defective = (request: Request | null, error: unknown, deciding: Deciding): Step => {
  deciding.monitor.defect(deciding.room, error)
  return refused(request, { type: 'internal-error' }, deciding)
}

const noDeliveries: ReadonlyArray<Delivery> = []

const step = (
  request: Request | null,
  outcome: Step['outcome'],
  ledger: Ledger,
  deliveries: ReadonlyArray<Delivery> = noDeliveries,
): Step => ({ needs: ledger.seq(), request, outcome, repeats: null, deliveries })

const noEvents: Answered['events'] = []

const answered = (folded: ReadonlyArray<Folded>, ledger: Ledger): Answered => ({
  state: ledger.state(),
  epoch: ledger.epoch(),
  seq: ledger.seq(),
  at: ledger.at(),
  events: folded.length === 0 ? noEvents : folded.map(({ record }) => record),
})
