import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { lookup } from '../../domain/kernel/record.js'
import type { Answer as Remembered, RoomCommand } from '../../domain/room/index.js'
import { answerTo, decide } from '../../domain/room/index.js'
import type { Entropy } from '../ports/entropy.js'
import type { Monitor } from '../ports/monitor.js'
import type { Delivery, Publisher } from '../ports/publisher.js'
import type { Folded, Ledger, Origin } from './ledger.js'
import type { Answered, Refusal, Request } from './request.js'

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
  readonly ledger: Ledger
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
}

export const decideRequest = (request: Request, now: Instant, deciding: Deciding): Step => {
  const { command, by, cause } = request
  const { ledger } = deciding
  if (command === null) return step(request, E.right(answered([], ledger)), ledger)
  const state = ledger.state()
  const member = by === null || state.phase === 'absent' ? undefined : lookup(state.members, by)
  const known = cause === null || member === undefined ? undefined : answerTo(member.answered, cause.id)
  if (known === undefined) return decideCommand(request, command, { at: now, by, cause }, deciding)
  if (known.digest !== cause?.digest) return refused(request, { type: 'command-id-reused' }, deciding)
  return { ...step(request, E.right(answered([], ledger)), ledger), repeats: known }
}

/** `request` is null for what was due. */
export const decideCommand = (
  request: Request | null,
  command: RoomCommand,
  origin: Origin,
  deciding: Deciding,
): Step => {
  const { room, ledger, entropy, publisher, monitor } = deciding
  try {
    const decision = decide({ command, ...origin, random: entropy.bytes() }, ledger.state())
    if (E.isLeft(decision)) return refused(request, decision.left, deciding)
    const folded = ledger.enter(decision.right, origin)
    const deliveries = folded.map(({ record, before, after }) => publisher.prepare(record, before, after))
    return { ...step(request, E.right(answered(folded, ledger)), ledger), deliveries }
  } catch (error) {
    monitor.defect(room, error)
    return refused(request, { type: 'internal-error' }, deciding)
  }
}

const refused = (request: Request | null, refusal: Refusal, { ledger, monitor }: Deciding): Step => {
  monitor.rejected(refusal.type)
  return step(request, E.left(refusal), ledger)
}

const step = (request: Request | null, outcome: Step['outcome'], ledger: Ledger): Step => ({
  needs: ledger.seq(),
  request,
  outcome,
  repeats: null,
  deliveries: [],
})

const answered = (folded: ReadonlyArray<Folded>, ledger: Ledger): Answered => ({
  state: ledger.state(),
  epoch: ledger.epoch(),
  seq: ledger.seq(),
  at: ledger.at(),
  events: folded.map(({ record }) => record),
})
