import type { CheckedStep, DrawCheck, RecomputedDraw, StepName } from '../../../client/fairness/check-draw.js'

export const stepTitles: Readonly<Record<StepName, string>> = {
  proof: 'The proof is complete and of a kind we know',
  draw: 'It is about this room and this draw',
  announced: 'The seal is the one announced before the draw',
  commitment: 'The revealed secret fits the seal',
  members: 'The names are those locked at the start',
  contributions: 'The randomness that people added',
  seed: 'Secret, names and randomness give the seed',
  highlights: 'The seed gives every one of the fifty names',
  winner: 'The fiftieth name is the winner',
}

/** What this step was compared with, or why there was nothing to compare it with. */
export const stepExplanation = ({ step, outcome }: CheckedStep): string => {
  if (outcome === 'not-reached') return 'Not reached: the proof could not be read.'
  const compared: Readonly<Record<StepName, string>> = {
    proof: 'Every field is there and has the right form.',
    draw: 'Room and number against those that this page was in.',
    announced: 'Against the fingerprint that this page received before the secret was shown.',
    commitment: 'SHA-256 over room, number and secret, against the seal.',
    members: 'Name by name against the list that this page received at the start.',
    contributions: 'What you added yourself is in it, unchanged.',
    seed: '',
    highlights: 'Against each name that lit up on this page.',
    winner: 'Against the winner that was announced.',
  }
  const alone: Readonly<Record<StepName, string>> = {
    ...compared,
    draw: 'This page was not there, so there is nothing to compare with.',
    announced: 'This page has not heard the seal beforehand, so there is nothing to compare with.',
    members:
      'This page has not seen the start, so there is nothing to compare with. Computed: the list’s digest.',
    contributions: 'You added nothing to this draw. Computed: the digest of all that was added.',
    seed: 'HMAC-SHA-256 with the secret as key. Nothing to compare: the next steps rest on it.',
    highlights: 'This page has seen none of them, so there is nothing to compare with.',
    winner: 'This page has not heard of a winner, so there is nothing to compare with.',
  }
  return outcome === 'computed' ? alone[step] : compared[step]
}

export const gotLabel = (step: StepName): string =>
  step === 'highlights' || step === 'winner' ? 'Seen here' : 'In the proof'

export const expectedLabel = ({ step, outcome }: CheckedStep): string => {
  if (outcome === 'computed') return 'Computed'
  if (step === 'announced') return 'Announced'
  if (step === 'members' && outcome === 'failed') return 'Locked'
  if (step === 'draw' || step === 'proof') return 'Expected'
  return step === 'contributions' && outcome === 'failed' ? 'You added' : 'Computed'
}

export const verdict = (
  { holds, firstFailed, steps }: DrawCheck,
  recomputed: RecomputedDraw | null,
  isCancelled: boolean,
): string => {
  if (!holds && firstFailed !== null)
    return `Step ${steps.findIndex(({ step }) => step === firstFailed) + 1} does not hold: “${stepTitles[firstFailed]}”.`
  const witnessed = steps.filter(({ outcome }) => outcome === 'passed').length
  const name = recomputed?.winner.name
  const outcome = isCancelled ? `${name} would have won` : `the winner is ${name}`
  const winner = name === undefined ? '' : `, and ${outcome}`
  return witnessed > 3
    ? `Everything holds${winner}. Your browser has recomputed all of it.`
    : `The proof holds in itself${winner}. This page was not there, so it could not compare it with what was seen.`
}
