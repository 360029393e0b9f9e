import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { lengthPrefixed, sha256, toHex } from '../../kernel/bytes.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { RoomView } from '../../kernel/activity.js'
import type { CommandContext } from '../../kernel/command-context.js'
import type { Decision } from '../../kernel/decision.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Timer } from '../../kernel/instant.js'
import type { Malformed } from '../../kernel/rejection.js'
import { invalidPayload } from '../../kernel/rejection.js'
import type { Contribute, PickerCommand, Start, Tick } from './commands.js'
import type { PickerRejection } from './errors.js'
import type { CancelReason, Committed, PickerEvent } from './events.js'
import type { DrawMember, Proof } from './fairness.js'
import { algorithm, commitmentOf, highlightsOf, intervalMs, maxMembers, seedOf, ticks } from './fairness.js'
import type { PickerState, RunningDraw } from './state.js'

type PickerDecision = Decision<PickerEvent, PickerRejection>

const maxTextUnits = 200
const maxNonceBytes = 128
const entropyHex = /^(?:[0-9a-f]{2}){16,32}$/

export const decide = (
  context: CommandContext<PickerCommand>,
  state: PickerState,
  room: RoomView,
): PickerDecision => {
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
): PickerDecision => {
  if (!mayControlDraw(context.by, room)) return E.left({ type: 'not-broadcaster' })
  if (state.phase.type === 'running') return E.left({ type: 'draw-running' })
  if (state.phase.type !== 'committed') return E.left({ type: 'no-draw' })
  const { next } = state.phase
  // Missing only in a log that was read without its secrets, in which nobody draws.
  if (next.secret === undefined) return E.left({ type: 'no-draw' })
  const text = command.nonce ?? ''
  if (!text.isWellFormed()) return E.left(invalidPayload('nonce', 'is ill-formed Unicode'))
  const nonce = utf8ToBytes(text)
  if (nonce.length > maxNonceBytes) {
    return E.left(invalidPayload('nonce', `has ${nonce.length} bytes; at most ${maxNonceBytes} are taken`))
  }
  const checked = checkMembers(command.members)
  if (E.isLeft(checked)) return checked

  const members = checked.right
  const own = nonce.length === 0 ? [] : contributionOf(context.by, next.drawNo, toHex(nonce))
  const { serverSeed } = next.secret
  const { drawNo, commitment } = next
  const contributions = [...next.contributions, ...own.map(({ data: { by, entropy } }) => ({ by, entropy }))]
  const seed = seedOf({ room: room.id, drawNo, serverSeed, commitment, members, contributions })
  return E.right([
    ...own,
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

/** Short, and unique to the draw because its commitment is. */
const drawIdOf = (commitment: string): string => `draw_${commitment.slice(0, 16)}`

const contributionOf = (by: MemberId | null, drawNo: number, entropy: string) =>
  by === null
    ? []
    : [{ type: 'random-picker.contributed' as const, data: { drawNo, by: by as string, entropy } }]

/** In a room with a leader only the leader, also while it is away; in a room without one, any member. */
const mayControlDraw = (by: MemberId | null, { leader }: RoomView): boolean =>
  by !== null && (leader === null || leader === by)

const checkMembers = (members: Start['members']): Either<Malformed, ReadonlyArray<DrawMember>> => {
  if (members.length === 0) return E.left(invalidPayload('members', 'is empty; name one member or more'))
  if (members.length > maxMembers) {
    return E.left(invalidPayload('members', `has ${members.length}; at most ${maxMembers} are taken`))
  }
  const checked: Array<DrawMember> = []
  const seen = new Set<string>()
  for (const [index, { id = `#${index + 1}`, name }] of members.entries()) {
    if (!isShortText(name)) {
      return E.left(invalidPayload(`members.${index}.name`, `must have 1 to ${maxTextUnits} characters`))
    }
    if (!isShortText(id)) {
      return E.left(invalidPayload(`members.${index}.id`, `must have 1 to ${maxTextUnits} characters`))
    }
    if (seen.has(id)) return E.left(invalidPayload(`members.${index}.id`, 'is the id of another member too'))
    seen.add(id)
    checked.push({ id, name })
  }
  return E.right(checked)
}

const isShortText = (text: string): boolean =>
  text.length > 0 && text.length <= maxTextUnits && text.isWellFormed()

const contribute = (
  command: Contribute,
  context: CommandContext<unknown>,
  state: PickerState,
): PickerDecision => {
  if (context.by === null) return E.left({ type: 'not-in-room' })
  const entropy = command.entropy.toLowerCase()
  if (!entropyHex.test(entropy)) return E.left(invalidPayload('entropy', 'must be 16 to 32 bytes as hex'))
  if (state.phase.type === 'running') return E.left({ type: 'draw-running' })
  if (state.phase.type !== 'committed') return E.left({ type: 'no-draw' })
  const { drawNo, contributions } = state.phase.next
  if (contributions.some(({ by }) => by === context.by)) return E.left({ type: 'entropy-given' })
  return E.right(contributionOf(context.by, drawNo, entropy))
}

const cancel = (context: CommandContext<unknown>, state: PickerState, room: RoomView): PickerDecision => {
  if (!mayControlDraw(context.by, room)) return E.left({ type: 'not-broadcaster' })
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
): PickerDecision => {
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

/** Commits to the next secret. It is a hash, so that another use of the same random bytes does not reveal it. */
const committed = (drawNo: number, context: CommandContext<unknown>, room: RoomView): Committed => {
  const serverSeed = toHex(sha256(lengthPrefixed('random-picker/server-seed', context.random)))
  return {
    type: 'random-picker.committed',
    data: { drawNo, commitment: commitmentOf(room.id, drawNo, serverSeed) },
    secret: { serverSeed },
  }
}

/** An open commitment stays: a second one would let the server choose between two. */
export const open = (
  context: CommandContext<unknown>,
  state: PickerState,
  room: RoomView,
): ReadonlyArray<PickerEvent> => (state.phase.type === 'unopened' ? [committed(1, context, room)] : [])

/** Deactivation ends a draw, so only a member that may cancel a draw may deactivate the picker. */
export const close = (
  context: CommandContext<unknown>,
  state: PickerState,
  room: RoomView,
): PickerDecision => {
  if (!mayControlDraw(context.by, room)) return E.left({ type: 'not-broadcaster' })
  return E.right(
    state.phase.type === 'running' ? cancelled(state.phase.draw, 'deactivated', context, room) : [],
  )
}
