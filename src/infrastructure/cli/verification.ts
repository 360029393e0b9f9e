import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import { canonicalJson } from '../../domain/kernel/json.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoomState } from '../../domain/room/index.js'
import { evolve, initial, shownTo, viewFor } from '../../domain/room/index.js'
import type { Highlight, WitnessedDraw } from '../../client/fairness/check-draw.js'
import { checkDraw } from '../../client/fairness/check-draw.js'
import { bundledHashing } from '../../client/fairness/hashing.js'

/** The first record at which something does not hold. */
export interface Finding {
  readonly seq: number
  readonly problem: string
}

export interface Verified {
  readonly records: number
  readonly draws: number
}

/** Takes a room's records in order; what it gives ends with the first that is wrong. */
export interface Verifier {
  readonly next: (record: RoomRecord) => Promise<Finding | null>
  readonly verified: () => Verified
}

const operator: Viewer = { type: 'operator' }

/**
 * Checks what the hash chain cannot say. Folding is exact at every prefix: going on from a state that was written down
 * and read again gives the same, and so does folding what is shown instead of what is stored. Each draw's proof is
 * recomputed from the log alone, by an implementation that shares nothing with the one that drew.
 */
export const verifier = (room: RoomId): Verifier => {
  let state = initial(room)
  let shown = viewFor(operator, state)
  let records = 0
  let draws = 0
  let witnessed: Witnessed = nobody

  const next = async (record: RoomRecord): Promise<Finding | null> => {
    records++
    const finding = folded(record) ?? (await drawn(record))
    return finding
  }

  const folded = (record: RoomRecord): Finding | null => {
    const writtenDown: RoomState = JSON.parse(JSON.stringify(state))
    const wentOn = evolve(writtenDown, record)
    state = evolve(state, record)
    if (canonicalJson(wentOn) !== canonicalJson(state)) {
      return { seq: record.seq, problem: 'folds to another state after the state was written down and read' }
    }
    const visible = shownTo(operator, record)
    if (visible !== undefined) shown = evolve(shown, visible)
    if (canonicalJson(shown) !== canonicalJson(viewFor(operator, state))) {
      return {
        seq: record.seq,
        problem: 'folds to another state from what is shown than from what is stored',
      }
    }
    return null
  }

  const drawn = async (record: RoomRecord): Promise<Finding | null> => {
    switch (record.type) {
      case 'random-picker.committed':
        witnessed = { ...nobody, drawNo: record.data.drawNo, announcedCommitment: record.data.commitment }
        return null
      case 'random-picker.contributed': {
        const { by, entropy } = record.data
        witnessed = { ...witnessed, contributions: [...witnessed.contributions, { by, entropy }] }
        return null
      }
      case 'random-picker.started':
        witnessed = {
          ...witnessed,
          startedCommitment: record.data.commitment,
          lockedMembers: record.data.members,
        }
        return null
      case 'random-picker.highlight': {
        const { tick, index, member } = record.data
        witnessed = { ...witnessed, highlights: [...witnessed.highlights, { tick, index, member }] }
        return null
      }
      case 'random-picker.complete': {
        const { index, winner, proof } = record.data
        return proven(record, proof, { ...seen(witnessed, room), complete: { index, winner } })
      }
      case 'random-picker.cancelled':
        return proven(record, record.data.proof, seen(witnessed, room))
      default:
        return null
    }
  }

  const proven = async (
    record: RoomRecord,
    proof: { readonly contributions: unknown },
    witness: WitnessedDraw,
  ): Promise<Finding | null> => {
    draws++
    if (canonicalJson(proof.contributions) !== canonicalJson(witnessed.contributions)) {
      return { seq: record.seq, problem: 'has a proof whose contributions are not those of the log' }
    }
    const check = await checkDraw(proof, witness, bundledHashing)
    if (check.holds) return null
    const failed = check.steps.find(({ step }) => step === check.firstFailed)
    return {
      seq: record.seq,
      problem: `has a proof that fails at ${check.firstFailed}: expected ${failed?.expected}, got ${failed?.got}`,
    }
  }

  return { next, verified: () => ({ records, draws }) }
}

interface Witnessed {
  readonly drawNo?: number
  readonly announcedCommitment?: string
  readonly startedCommitment?: string
  readonly lockedMembers?: WitnessedDraw['lockedMembers']
  readonly highlights: ReadonlyArray<Highlight>
  readonly contributions: ReadonlyArray<{ readonly by: string; readonly entropy: string }>
}

const nobody: Witnessed = { highlights: [], contributions: [] }

const seen = (
  { contributions: _own, lockedMembers, ...witnessed }: Witnessed,
  room: RoomId,
): WitnessedDraw => ({
  ...witnessed,
  room,
  ...(lockedMembers === undefined ? {} : { lockedMembers }),
})
