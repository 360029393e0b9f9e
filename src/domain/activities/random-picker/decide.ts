import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { lengthPrefixed, sha256, toHex } from '../../kernel/bytes.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { RoomView } from '../../kernel/activity.js'
import type { CommandContext } from '../../kernel/command-context.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Timer } from '../../kernel/instant.js'
import type { Rejection } from '../../kernel/rejection.js'
import { invalidPayload } from '../../kernel/rejection.js'
import type { CancelReason, Committed, PickerEvent } from './events.js'
import type { Candidate, Proof } from './fairness.js'
import { algorithm, commitmentOf, highlightsOf, intervalMs, seedOf, ticks } from './fairness.js'
import type { PickerState, RunningDraw } from './state.js'

export interface Start {
  readonly type: 'start'
  readonly members: ReadonlyArray<{ readonly id?: string; readonly name: string }>
  readonly nonce?: string
}

export interface Contribute {
  readonly type: 'contribute'
  /** 16 to 32 bytes as hex. */
  readonly entropy: string
}

export interface Cancel {
  readonly type: 'cancel'
}

export interface Tick {
  readonly type: 'tick'
  readonly drawId: string
  readonly tick: number
}

export type PickerCommand = Start | Contribute | Cancel | Tick

type Decision = Either<Rejection, ReadonlyArray<PickerEvent>>

const maxCandidates = 10_000
const maxTextUnits = 200
const maxNonceBytes = 128
const entropyHex = /^(?:[0-9a-f]{2}){16,32}$/

export const decide = (
  context: CommandContext<PickerCommand>,
  state: PickerState,
  room: RoomView,
): Decision => {
  const { command } = context
  switch (command.type) {
    case 'start':
      return start(command, context, state, room)
    case 'contribute':
      return contribute(command, context, state)
    case 'cancel':
      return cancel(context, state, room)
    case 'tick':
      return tick(command, context, state, room)
  }
}

const start = (
  command: Start,
  context: CommandContext<unknown>,
  state: PickerState,
  room: RoomView,
): Decision => {
  if (!mayLead(context.by, room)) return E.left({ type: 'not-broadcaster' })
  if (state.phase.type === 'running') return E.left({ type: 'draw-running' })
  if (state.phase.type !== 'committed') return E.left({ type: 'no-draw' })
  const { next } = state.phase
  // Only a log that was read without its secrets lacks this one, and nobody draws in such a room.
  if (next.secret === undefined) return E.left({ type: 'no-draw' })
  const text = command.nonce ?? ''
  if (!text.isWellFormed()) return E.left(invalidPayload('nonce', 'is ill-formed Unicode'))
  const nonce = utf8ToBytes(text)
  if (nonce.length > maxNonceBytes) {
    return E.left(invalidPayload('nonce', `has ${nonce.length} bytes; at most ${maxNonceBytes} are taken`))
  }
  const candidates = candidatesOf(command.members)
  if (E.isLeft(candidates)) return candidates

  const members = candidates.right
  const last = nonce.length === 0 ? [] : contributionOf(context.by, next.drawNo, toHex(nonce))
  const { serverSeed } = next.secret
  const { drawNo, commitment } = next
  const contributions = [...next.contributions, ...last.map(({ data: { by, entropy } }) => ({ by, entropy }))]
  const seed = seedOf({ room: room.id, drawNo, serverSeed, commitment, members, contributions })
  return E.right([
    ...last,
    {
      type: 'random-picker.started',
      data: {
        drawId: drawIdOf(commitment),
        drawNo,
        members,
        ticks,
        intervalMs,
        commitment,
        startedAt: context.at,
      },
      secret: { plan: highlightsOf(seed, members.length) },
    },
  ])
}

/** Short, and different for every draw of every room, because the commitment is. */
const drawIdOf = (commitment: string): string => `draw_${commitment.slice(0, 16)}`

const contributionOf = (by: MemberId | null, drawNo: number, entropy: string) =>
  by === null
    ? []
    : [{ type: 'random-picker.contributed' as const, data: { drawNo, by: by as string, entropy } }]

/** In a room with a leader only the leader, also while it is away; in a room without one, any member. */
const mayLead = (by: MemberId | null, { leader }: RoomView): boolean =>
  by !== null && (leader === null || leader === by)

const candidatesOf = (members: Start['members']): Either<Rejection, ReadonlyArray<Candidate>> => {
  if (members.length === 0) return E.left(invalidPayload('members', 'is empty; name one member or more'))
  if (members.length > maxCandidates) {
    return E.left(invalidPayload('members', `has ${members.length}; at most ${maxCandidates} are taken`))
  }
  const candidates: Array<Candidate> = []
  const seen = new Set<string>()
  for (const [place, { id = `#${place + 1}`, name }] of members.entries()) {
    if (!isShortText(name)) {
      return E.left(invalidPayload(`members.${place}.name`, `must have 1 to ${maxTextUnits} characters`))
    }
    if (!isShortText(id)) {
      return E.left(invalidPayload(`members.${place}.id`, `must have 1 to ${maxTextUnits} characters`))
    }
    if (seen.has(id)) return E.left(invalidPayload(`members.${place}.id`, 'is the id of another member too'))
    seen.add(id)
    candidates.push({ id, name })
  }
  return E.right(candidates)
}

const isShortText = (text: string): boolean =>
  text.length > 0 && text.length <= maxTextUnits && text.isWellFormed()

const contribute = (command: Contribute, context: CommandContext<unknown>, state: PickerState): Decision => {
  if (context.by === null) return E.left({ type: 'not-in-room' })
  const entropy = command.entropy.toLowerCase()
  if (!entropyHex.test(entropy)) return E.left(invalidPayload('entropy', 'must be 16 to 32 bytes as hex'))
  if (state.phase.type === 'running') return E.left({ type: 'draw-running' })
  if (state.phase.type !== 'committed') return E.left({ type: 'no-draw' })
  const { drawNo, contributions } = state.phase.next
  if (contributions.some(({ by }) => by === context.by)) return E.left({ type: 'entropy-given' })
  return E.right(contributionOf(context.by, drawNo, entropy))
}

const cancel = (context: CommandContext<unknown>, state: PickerState, room: RoomView): Decision => {
  if (!mayLead(context.by, room)) return E.left({ type: 'not-broadcaster' })
  if (state.phase.type !== 'running') return E.left({ type: 'no-draw' })
  return E.right(cancelled(state.phase.draw, 'cancelled', context, room))
}

const cancelled = (
  draw: RunningDraw,
  reason: CancelReason,
  context: CommandContext<unknown>,
  room: RoomView,
): ReadonlyArray<PickerEvent> => {
  if (draw.secret === undefined) return []
  return [
    {
      type: 'random-picker.cancelled',
      data: { drawId: draw.drawId, reason, proof: proofOf(draw, draw.secret.serverSeed, room) },
    },
    committed(draw.drawNo + 1, context, room),
  ]
}

const proofOf = (draw: RunningDraw, serverSeed: string, room: RoomView): Proof => ({
  algorithm,
  room: room.id,
  drawNo: draw.drawNo,
  serverSeed,
  commitment: draw.commitment,
  members: draw.members,
  contributions: draw.contributions,
  ticks: draw.ticks,
})

const tick = (
  command: Tick,
  context: CommandContext<unknown>,
  state: PickerState,
  room: RoomView,
): Decision => {
  if (state.phase.type !== 'running') return E.right([])
  const { draw } = state.phase
  const isNext = command.drawId === draw.drawId && command.tick === draw.tick + 1
  if (!isNext || context.at < dueAt(draw) || draw.secret === undefined) return E.right([])
  const index = draw.secret.plan[command.tick - 1]
  const member = index === undefined ? undefined : draw.members[index]
  if (index === undefined || member === undefined) return E.right([])
  const { drawId } = draw
  const highlight: PickerEvent = {
    type: 'random-picker.highlight',
    data: { drawId, tick: command.tick, index, member },
  }
  if (command.tick < draw.ticks) return E.right([highlight])
  return E.right([
    highlight,
    {
      type: 'random-picker.complete',
      data: { drawId, index, winner: member, proof: proofOf(draw, draw.secret.serverSeed, room) },
    },
    committed(draw.drawNo + 1, context, room),
  ])
}

const dueAt = (draw: RunningDraw): number => draw.startedAt + (draw.tick + 1) * draw.intervalMs

export const nextTimer = (state: PickerState): Timer<Tick> | undefined => {
  if (state.phase.type !== 'running') return undefined
  const { draw } = state.phase
  return { at: dueAt(draw), command: { type: 'tick', drawId: draw.drawId, tick: draw.tick + 1 } }
}

/** Draws the next secret. Hashed once more, so that no other use of the same random bytes can tell it. */
const committed = (drawNo: number, context: CommandContext<unknown>, room: RoomView): Committed => {
  const serverSeed = toHex(sha256(lengthPrefixed('random-picker/server-seed', context.random)))
  return {
    type: 'random-picker.committed',
    data: { drawNo, commitment: commitmentOf(room.id, drawNo, serverSeed) },
    secret: { serverSeed },
  }
}

/** A commitment that is still open is kept: a new one would let the server choose between two. */
export const open = (
  context: CommandContext<unknown>,
  state: PickerState,
  room: RoomView,
): ReadonlyArray<PickerEvent> => (state.phase.type === 'unopened' ? [committed(1, context, room)] : [])

/** Turning the picker off ends a draw, so it is for those alone who may cancel one. */
export const close = (context: CommandContext<unknown>, state: PickerState, room: RoomView): Decision => {
  if (!mayLead(context.by, room)) return E.left({ type: 'not-broadcaster' })
  return E.right(
    state.phase.type === 'running' ? cancelled(state.phase.draw, 'deactivated', context, room) : [],
  )
}
