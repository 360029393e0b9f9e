import type { RoomRecord } from '../../application/ports/event-store.js'
import type { DrawMember, PickerEvent, Proof } from '../../domain/activities/random-picker/index.js'
import { randomPicker } from '../../domain/activities/random-picker/index.js'
import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import { eventOf } from '../../domain/room/index.js'
import { canonicalJson } from '../../domain/kernel/json.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { DrawCheck, Highlight, WitnessedDraw } from '../../client/fairness/check-draw.js'
import { checkDraw } from '../../client/fairness/check-draw.js'
import { bundledHashing } from '../../client/fairness/hashing.js'

/** Takes a room's records in order and gives the violation of each, or `null`. */
export interface DrawVerifier {
  readonly next: (record: RoomRecord) => Promise<string | null>
  /** Draws that were verified, and draws that could be verified only in part because their names were left out. */
  readonly counts: () => { readonly draws: number; readonly nameless: number }
}

type DrawRecord = RecordedEvent<PickerEvent>

interface Draw {
  readonly drawNo: number
  readonly commitment: string
  readonly contributions: ReadonlyArray<{ readonly by: string; readonly entropy: string }>
  readonly started?: Extract<DrawRecord, { readonly type: 'random-picker.started' }>['data']
  readonly highlights: ReadonlyArray<Highlight>
}

/**
 * Recomputes each draw from the log, with code that is independent of the random picker, and compares it with the
 * recorded steps and their order, which no proof covers.
 */
export const createDrawVerifier = (room: RoomId): DrawVerifier => {
  let draw: Draw | undefined
  let lastDrawNo = 0
  let draws = 0
  let nameless = 0

  const next = async (record: RoomRecord): Promise<string | null> => {
    const event = eventOf(randomPicker, record)
    return event === undefined ? null : step(event)
  }

  const step = async (record: DrawRecord): Promise<string | null> => {
    switch (record.type) {
      case 'random-picker.committed': {
        const { drawNo, commitment } = record.data
        if (draw !== undefined) return `commits to draw ${drawNo}, but draw ${draw.drawNo} was never revealed`
        if (drawNo !== lastDrawNo + 1) return `commits to draw ${drawNo}, but the last one was ${lastDrawNo}`
        draw = { drawNo, commitment, contributions: [], highlights: [] }
        lastDrawNo = drawNo
        return null
      }
      case 'random-picker.contributed': {
        const { drawNo, by, entropy } = record.data
        if (draw === undefined || draw.started !== undefined || drawNo !== draw.drawNo) {
          return `contributes to draw ${drawNo}, which is not open to it`
        }
        draw = { ...draw, contributions: [...draw.contributions, { by, entropy }] }
        return null
      }
      case 'random-picker.started': {
        const { drawNo, commitment } = record.data
        if (draw === undefined || draw.started !== undefined || drawNo !== draw.drawNo) {
          return `starts draw ${drawNo}, which was not committed to`
        }
        if (commitment !== draw.commitment) return 'starts a draw with another commitment than was announced'
        draw = { ...draw, started: record.data }
        return null
      }
      case 'random-picker.highlight': {
        const { drawId, tick, index, member } = record.data
        if (draw?.started?.drawId !== drawId) return `shows a tick of ${drawId}, which is not running`
        if (tick !== draw.highlights.length + 1 || tick > draw.started.ticks) {
          return `shows tick ${tick} after ${draw.highlights.length} ticks`
        }
        if (record.at < draw.started.startedAt + tick * draw.started.intervalMs) {
          return `shows tick ${tick} before it was due`
        }
        draw = { ...draw, highlights: [...draw.highlights, { tick, index, member }] }
        return null
      }
      case 'random-picker.complete': {
        const { drawId, index, winner, proof } = record.data
        if (draw?.started?.drawId !== drawId) return `completes ${drawId}, which is not running`
        const { highlights, started } = draw
        if (highlights.length !== started.ticks) {
          return `completes a draw after ${highlights.length} of ${started.ticks} ticks`
        }
        if (highlights.at(-1)?.index !== index) return 'names another winner than the last tick showed'
        return end(draw, proof, { index, winner })
      }
      case 'random-picker.cancelled': {
        const { drawId, proof } = record.data
        if (draw?.started?.drawId !== drawId) return `cancels ${drawId}, which is not running`
        return end(draw, proof, undefined)
      }
    }
  }

  const end = async (
    ended: Draw,
    proof: Proof,
    complete: WitnessedDraw['complete'],
  ): Promise<string | null> => {
    draw = undefined
    if (canonicalJson(proof.contributions) !== canonicalJson(ended.contributions)) {
      return 'has a proof whose contributions are not those of the log'
    }
    if (proof.members.length === 0) nameless++
    else draws++
    const check = await checkDraw(
      withMembers(proof),
      witnessedDraw(room, ended, proof, complete),
      bundledHashing,
    )
    return check.holds ? null : failureIn(check)
  }

  return { next, counts: () => ({ draws, nameless }) }
}

/**
 * Without names, the rest is still verified: that the revealed secret is the committed one for this draw of this
 * room. The checker needs at least one member, so it gets a placeholder.
 */
const withMembers = (proof: Proof): Proof =>
  proof.members.length > 0 ? proof : { ...proof, members: [{ id: '–', name: '–' }] }

const witnessedDraw = (
  room: RoomId,
  { drawNo, commitment, started, highlights }: Draw,
  proof: Proof,
  complete: WitnessedDraw['complete'],
): WitnessedDraw => {
  const announced: WitnessedDraw = { room, drawNo, announcedCommitment: commitment }
  if (proof.members.length === 0) return announced
  const isLocked = started !== undefined && started.members.length > 0
  return {
    ...announced,
    ...(isLocked ? { lockedMembers: started.members } : {}),
    highlights: highlights.map((shown) => ({ ...shown, member: withName(shown.member, shown.index, proof) })),
    ...(complete === undefined
      ? {}
      : { complete: { ...complete, winner: withName(complete.winner, complete.index, proof) } }),
  }
}

/** An erased name is taken from the proof; every member of a draw has an id. */
const withName = (member: DrawMember, index: number, proof: Proof): DrawMember =>
  member.id === '' ? (proof.members[index] ?? member) : member

const failureIn = ({ steps, firstFailed }: DrawCheck): string => {
  const failed = steps.find(({ step }) => step === firstFailed)
  return `has a proof that fails at ${firstFailed}: expected ${failed?.expected}, got ${failed?.got}`
}
