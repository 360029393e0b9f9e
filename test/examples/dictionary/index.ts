import { happened, reading, refused } from 'roomreel'
import type { Ask, Decision, Fact, GuestActivity, GuestWant, Recorded, Storage } from 'roomreel'
import { z } from 'zod'

type Asked = Fact<'dictionary.asked', { readonly number: number; readonly word: string }>
/** `null`: nobody knows, or it was not to be had. */
type Answered = Fact<'dictionary.answered', { readonly number: number; readonly meaning: string | null }>

export type DictionaryEvent = Asked | Answered

const storage: Readonly<Record<DictionaryEvent['type'], Storage>> = {
  'dictionary.asked': { v: 1, personal: ['word'], forgotten: { word: '' } },
  'dictionary.answered': { v: 1, personal: ['meaning'] },
}

export interface DictionaryState {
  /** How many words were asked for: the last one's number. */
  readonly asked: number
  readonly word: string | null
  readonly meaning: string | null
  readonly isOpen: boolean
}

export type DictionaryCommand =
  | { readonly type: 'look-up'; readonly word: string }
  /** Said by whoever looks it up, of the word of that number. */
  | { readonly type: 'answer'; readonly number: number; readonly meaning: string | null }

/** A meaning that the room waits for. */
interface MeaningWanted extends GuestWant<DictionaryCommand> {
  readonly kind: 'dictionary.meaning'
  readonly number: number
  readonly word: string
}

const decide = (
  { command, by }: Ask<DictionaryCommand>,
  { asked, isOpen }: DictionaryState,
): Decision<DictionaryEvent> => {
  if (command.type === 'answer') {
    const { number, meaning } = command
    // A late or second answer, and one that a member made up, change nothing.
    const isWanted = by === null && isOpen && number === asked
    return isWanted ? happened({ type: 'dictionary.answered', data: { number, meaning } }) : happened()
  }
  if (isOpen) return refused('word-open', 'A word is being looked up; wait for its meaning')
  return happened({ type: 'dictionary.asked', data: { number: asked + 1, word: command.word } })
}

const evolve = (state: DictionaryState, event: Recorded<DictionaryEvent>): DictionaryState => {
  switch (event.type) {
    case 'dictionary.asked':
      return { asked: event.data.number, word: event.data.word, meaning: null, isOpen: true }
    case 'dictionary.answered':
      return { ...state, meaning: event.data.meaning, isOpen: false }
  }
}

/** The same key as long as the same is wanted, also after a restart, and never again. */
const wants = ({ asked: number, word, isOpen }: DictionaryState): MeaningWanted | undefined =>
  !isOpen || word === null
    ? undefined
    : {
        key: String(number),
        kind: 'dictionary.meaning',
        number,
        word,
        otherwise: { type: 'answer', number, meaning: null },
      }

/** Gives what a word means, or `null`; rejects where it cannot be known now. */
export type LookUp = (word: string, signal: AbortSignal) => Promise<string | null>

/** Somebody asks for a word, and the room is told what it means as soon as that is known. */
export const dictionaryWith = (
  lookUp: LookUp,
): GuestActivity<DictionaryState, DictionaryCommand, DictionaryEvent, MeaningWanted> => ({
  name: 'dictionary',
  commands: ['look-up', 'answer'] satisfies ReadonlyArray<DictionaryCommand['type']>,
  // `answer` is not here: no client says it.
  wire: {
    'look-up': reading(
      z
        .object({ word: z.string().min(1).max(100) })
        .transform((said) => ({ type: 'look-up', ...said }) as const),
    ),
  },
  fold: 1,
  storage,
  initial: () => ({ asked: 0, word: null, meaning: null, isOpen: false }),
  open: () => [],
  close: (_ask, { asked: number, isOpen }) =>
    isOpen ? happened({ type: 'dictionary.answered', data: { number, meaning: null } }) : happened(),
  decide,
  evolve,
  due: () => undefined,
  wants,
  fulfil: async ({ number, word }, { signal }) => ({
    type: 'answer',
    number,
    meaning: await lookUp(word, signal),
  }),
  viewFor: (_viewer, state) => state,
  shownTo: (_viewer, event) => event,
})
