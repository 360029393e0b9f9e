import { fromHex, toHex } from './encoding.js'
import type { Hashing } from './hashing.js'
import { drawTicks, readProof, type Contribution, type DrawMember, type DrawProof } from './proof.js'
import { commitmentOf, contributionsDigest, highlightsFrom, membersDigest, seedOf } from './recompute.js'

/**
 * What a client saw while the draw ran, to compare with the proof. Everything is optional: without any of it, a proof is
 * only checked against itself, and the steps that have nothing to compare are `computed`.
 */
export interface WitnessedDraw {
  readonly room?: string
  readonly drawNo?: number
  /** of `randomCommitted`, or `next` of the join's answer: received before the draw began */
  readonly announcedCommitment?: string
  /** of `randomStarted` */
  readonly startedCommitment?: string
  /** of `randomStarted`, or of the join's answer during a draw */
  readonly lockedMembers?: ReadonlyArray<DrawMember>
  /** those that arrived; a client that joined during the draw has fewer than `drawTicks` */
  readonly highlights?: ReadonlyArray<Highlight>
  readonly complete?: { readonly index: number; readonly winner: DrawMember }
  /** what the client contributed, which has to be in the proof */
  readonly ownContributions?: ReadonlyArray<Contribution>
}

export interface Highlight {
  readonly tick: number
  readonly index: number
  readonly member: DrawMember
}

/** In the order in which they are checked: each depends on those before it. */
export const stepNames = [
  'proof',
  'draw',
  'announced',
  'commitment',
  'members',
  'contributions',
  'seed',
  'highlights',
  'winner',
] as const

export type StepName = (typeof stepNames)[number]

/**
 * `passed`: recomputed, and equal to what was seen or claimed. `computed`: recomputed, with nothing to compare.
 * `not-reached`: the proof could not be read, so there is nothing to recompute.
 */
export type Outcome = 'passed' | 'failed' | 'computed' | 'not-reached'

/** `expected` is recomputed (or was committed to earlier), `got` was seen or claimed. */
export interface CheckedStep {
  readonly step: StepName
  readonly outcome: Outcome
  readonly expected?: string
  readonly got?: string
}

export interface RecomputedDraw {
  readonly commitment: string
  readonly contributionsDigest: string
  readonly membersDigest: string
  readonly seed: string
  readonly highlights: ReadonlyArray<number>
  readonly winner: DrawMember
}

export interface DrawCheck {
  readonly holds: boolean
  readonly firstFailed: StepName | null
  readonly hashing: string
  readonly steps: ReadonlyArray<CheckedStep>
  readonly recomputed: RecomputedDraw | null
}

const computed = (step: StepName, expected: string): CheckedStep => ({ step, outcome: 'computed', expected })

const compared = (step: StepName, expected: string, got: string): CheckedStep => ({
  step,
  outcome: expected === got ? 'passed' : 'failed',
  expected,
  got,
})

const roomAndNumber = (room: string, drawNo: number | string): string => `${room} · ${drawNo}`

const drawStep = (proof: DrawProof, seen: WitnessedDraw): CheckedStep =>
  seen.room === undefined && seen.drawNo === undefined
    ? computed('draw', roomAndNumber(proof.room, proof.drawNo))
    : compared(
        'draw',
        roomAndNumber(seen.room ?? proof.room, seen.drawNo ?? proof.drawNo),
        roomAndNumber(proof.room, proof.drawNo),
      )

/** Received before the draw and again at its start, so that a change in between is detected as well. */
const announcedStep = (proof: DrawProof, seen: WitnessedDraw): CheckedStep => {
  const received = [seen.announcedCommitment, seen.startedCommitment]
    .filter((commitment) => commitment !== undefined)
    .map((commitment) => commitment.toLowerCase())
  const unequal = received.find((commitment) => commitment !== proof.commitment)
  const first = unequal ?? received[0]
  return first === undefined
    ? computed('announced', proof.commitment)
    : compared('announced', first, proof.commitment)
}

const described = ({ id, name }: DrawMember): string => `${id} ${name}`

const isSameMember = (a: DrawMember | undefined, b: DrawMember | undefined): boolean =>
  a?.id === b?.id && a?.name === b?.name

const membersStep = (proof: DrawProof, digest: string, seen: WitnessedDraw): CheckedStep => {
  const locked = seen.lockedMembers
  if (locked === undefined) return computed('members', digest)
  const length = Math.max(locked.length, proof.members.length)
  for (let index = 0; index < length; index++) {
    const lockedMember = locked[index]
    const provenMember = proof.members[index]
    if (isSameMember(lockedMember, provenMember)) continue
    const numbered = (member: DrawMember | undefined): string =>
      `${index + 1}: ${member === undefined ? '—' : described(member)}`
    return {
      step: 'members',
      outcome: 'failed',
      expected: numbered(lockedMember),
      got: numbered(provenMember),
    }
  }
  return compared('members', digest, digest)
}

const contributionsStep = (proof: DrawProof, digest: string, seen: WitnessedDraw): CheckedStep => {
  const own = seen.ownContributions ?? []
  const isIn = ({ by, entropy }: Contribution): boolean =>
    proof.contributions.some((one) => one.by === by && one.entropy === entropy.toLowerCase())
  const missing = own.find((contribution) => !isIn(contribution))
  if (missing !== undefined) {
    const other = proof.contributions.find(({ by }) => by === missing.by)
    return {
      step: 'contributions',
      outcome: 'failed',
      expected: `${missing.by}: ${missing.entropy}`,
      got: `${missing.by}: ${other?.entropy ?? '—'}`,
    }
  }
  return own.length === 0 ? computed('contributions', digest) : compared('contributions', digest, digest)
}

const highlightsStep = (
  proof: DrawProof,
  indices: ReadonlyArray<number>,
  seen: WitnessedDraw,
): CheckedStep => {
  const highlights = seen.highlights ?? []
  if (highlights.length === 0) return computed('highlights', indices.join(' '))
  for (const { tick, index, member } of highlights) {
    const due = indices[tick - 1]
    const dueMember = due === undefined ? undefined : proof.members[due]
    if (due === index && isSameMember(dueMember, member)) continue
    return {
      step: 'highlights',
      outcome: 'failed',
      expected: `${tick}: ${dueMember === undefined ? '—' : `${due} ${described(dueMember)}`}`,
      got: `${tick}: ${index} ${described(member)}`,
    }
  }
  return {
    step: 'highlights',
    outcome: 'passed',
    expected: indices.join(' '),
    got: highlights.map(({ index }) => index).join(' '),
  }
}

const winnerStep = (proof: DrawProof, winnerIndex: number, seen: WitnessedDraw): CheckedStep => {
  const indexed = (index: number, member: DrawMember | undefined): string =>
    `${index} ${member === undefined ? '—' : described(member)}`
  const due = indexed(winnerIndex, proof.members[winnerIndex])
  return seen.complete === undefined
    ? computed('winner', due)
    : compared('winner', due, indexed(seen.complete.index, seen.complete.winner))
}

const unreadable = (path: string, expected: string, got: string, hashing: Hashing): DrawCheck => ({
  holds: false,
  firstFailed: 'proof',
  hashing: hashing.name,
  steps: stepNames.map((step) =>
    step === 'proof'
      ? { step, outcome: 'failed', expected: `${path}: ${expected}`, got: `${path}: ${got}` }
      : { step, outcome: 'not-reached' },
  ),
  recomputed: null,
})

/**
 * Recomputes a draw as fairness.md describes it, and compares every step with what was seen. It shares no code with the
 * server's draw, so that one error cannot be in both.
 *
 * @example
 * const check = await checkDraw(complete.proof, { lockedMembers, highlights, complete }, bestHashing(crypto.subtle))
 * check.holds // true, or check.firstFailed names the step
 */
export const checkDraw = async (
  claimed: unknown,
  seen: WitnessedDraw,
  hashing: Hashing,
): Promise<DrawCheck> => {
  const read = readProof(claimed)
  if (read.type === 'not-a-proof') return unreadable(read.path, read.expected, read.got, hashing)
  const { proof } = read

  const commitment = toHex(await commitmentOf(proof, hashing))
  const contributions = await contributionsDigest(proof.contributions, hashing)
  const members = await membersDigest(proof.members, hashing)
  const seed = await seedOf(proof, { commitment: fromHex(proof.commitment), members, contributions }, hashing)
  const highlights = await highlightsFrom(seed, proof.members.length, proof.ticks, hashing)
  const winnerIndex = highlights.at(-1) ?? -1
  const winner = proof.members[winnerIndex]
  if (winner === undefined) throw new Error('a draw of at least one member has a winner')

  const steps = [
    compared('proof', `draw/1 · ${drawTicks}`, `${proof.algorithm} · ${proof.ticks}`),
    drawStep(proof, seen),
    announcedStep(proof, seen),
    compared('commitment', commitment, proof.commitment),
    membersStep(proof, toHex(members), seen),
    contributionsStep(proof, toHex(contributions), seen),
    computed('seed', toHex(seed)),
    highlightsStep(proof, highlights, seen),
    winnerStep(proof, winnerIndex, seen),
  ]
  const firstFailed = steps.find(({ outcome }) => outcome === 'failed')?.step ?? null
  return {
    holds: firstFailed === null,
    firstFailed,
    hashing: hashing.name,
    steps,
    recomputed: {
      commitment,
      contributionsDigest: toHex(contributions),
      membersDigest: toHex(members),
      seed: toHex(seed),
      highlights,
      winner,
    },
  }
}
