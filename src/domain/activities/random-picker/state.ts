import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { Instant } from '../../kernel/instant.js'
import type { PickerEvent } from './events.js'
import type { DrawMember, Contribution } from './fairness.js'

/** The next draw: committed, and open to contributions. */
export interface NextDraw {
  readonly drawNo: number
  readonly commitment: string
  readonly contributions: ReadonlyArray<Contribution>
  readonly secret?: { readonly serverSeed: string }
}

/** The running draw. `tick` and `index` are those of the last highlight; 0 and `null` before the first. */
export interface RunningDraw {
  readonly drawId: string
  readonly drawNo: number
  readonly commitment: string
  readonly contributions: ReadonlyArray<Contribution>
  readonly members: ReadonlyArray<DrawMember>
  readonly ticks: number
  readonly intervalMs: number
  readonly startedAt: Instant
  readonly tick: number
  readonly index: number | null
  readonly secret?: { readonly serverSeed: string; readonly plan: ReadonlyArray<number> }
}

/** An ended draw in the room's history. `members` is their number. */
export interface PastDraw {
  readonly drawId: string
  readonly drawNo: number
  readonly at: Instant
  readonly members: number
  readonly winner: DrawMember | null
  readonly cancelled: boolean
}

export type Phase =
  | { readonly type: 'unopened' }
  | { readonly type: 'committed'; readonly next: NextDraw }
  | { readonly type: 'running'; readonly draw: RunningDraw }
  /** Within one decision only: a draw has ended, and the next has no commitment yet. */
  | { readonly type: 'between' }

export interface PickerState {
  readonly phase: Phase
  /** The last ended draws, oldest first. */
  readonly draws: ReadonlyArray<PastDraw>
  readonly lastDrawNo: number
}

const keptDraws = 20

export const initial: PickerState = { phase: { type: 'unopened' }, draws: [], lastDrawNo: 0 }

export const evolve = (state: PickerState, event: RecordedEvent<PickerEvent>): PickerState => {
  switch (event.type) {
    case 'random-picker.committed': {
      const { drawNo, commitment } = event.data
      const next: NextDraw = { drawNo, commitment, contributions: [] }
      return {
        ...state,
        phase: {
          type: 'committed',
          next: event.secret === undefined ? next : { ...next, secret: event.secret },
        },
        lastDrawNo: drawNo,
      }
    }
    case 'random-picker.contributed': {
      if (state.phase.type !== 'committed') return state
      const { next } = state.phase
      const { by, entropy } = event.data
      return {
        ...state,
        phase: {
          type: 'committed',
          next: { ...next, contributions: [...next.contributions, { by, entropy }] },
        },
      }
    }
    case 'random-picker.started': {
      if (state.phase.type !== 'committed') return state
      const { next } = state.phase
      const draw: RunningDraw = {
        ...event.data,
        contributions: next.contributions,
        tick: 0,
        index: null,
      }
      return {
        ...state,
        phase: {
          type: 'running',
          draw:
            event.secret === undefined || next.secret === undefined
              ? draw
              : { ...draw, secret: { ...next.secret, ...event.secret } },
        },
      }
    }
    case 'random-picker.highlight': {
      if (state.phase.type !== 'running') return state
      const { tick, index } = event.data
      return { ...state, phase: { type: 'running', draw: { ...state.phase.draw, tick, index } } }
    }
    case 'random-picker.complete':
      return ended(state, event.at, event.data.winner)
    case 'random-picker.cancelled':
      return ended(state, event.at, null)
  }
}

const ended = (state: PickerState, at: Instant, winner: DrawMember | null): PickerState => {
  if (state.phase.type !== 'running') return state
  const { drawId, drawNo, members } = state.phase.draw
  const past: PastDraw = { drawId, drawNo, at, members: members.length, winner, cancelled: winner === null }
  return {
    ...state,
    phase: { type: 'between' },
    draws: [...state.draws.slice(1 - keptDraws), past],
  }
}
