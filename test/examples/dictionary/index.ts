import { accept, reading, reject } from 'roomreel'
import type {
  CommandContext,
  Decision,
  DomainEvent,
  ActivityPlugin,
  PluginEffect,
  RecordedEvent,
  EventSchema,
} from 'roomreel'
import { z } from 'zod'

type Asked = DomainEvent<'dictionary.asked', { readonly number: number; readonly word: string }>
/** `null`: nobody knows, or it was not to be had. */
type Answered = DomainEvent<
  'dictionary.answered',
  { readonly number: number; readonly meaning: string | null }
>

export type DictionaryEvent = Asked | Answered

const storage: Readonly<Record<DictionaryEvent['type'], EventSchema>> = {
  'dictionary.asked': { v: 1, personalPaths: ['word'], erasedValues: { word: '' } },
  'dictionary.answered': { v: 1, personalPaths: ['meaning'] },
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
interface MeaningWanted extends PluginEffect<DictionaryCommand> {
  readonly kind: 'dictionary.meaning'
  readonly number: number
  readonly word: string
}

const decide = (
  { command, by }: CommandContext<DictionaryCommand>,
  { asked, isOpen }: DictionaryState,
): Decision<DictionaryEvent> => {
  if (command.type === 'answer') {
    const { number, meaning } = command
    // A late or second answer, and one that a member made up, change nothing.
    const isWanted = by === null && isOpen && number === asked
    return isWanted ? accept({ type: 'dictionary.answered', data: { number, meaning } }) : accept()
  }
  if (isOpen) return reject('word-open', 'A word is being looked up; wait for its meaning')
  return accept({ type: 'dictionary.asked', data: { number: asked + 1, word: command.word } })
}

const evolve = (state: DictionaryState, event: RecordedEvent<DictionaryEvent>): DictionaryState => {
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
        fallback: { type: 'answer', number, meaning: null },
      }

/** Gives what a word means, or `null`; rejects where it cannot be known now. */
export type LookUp = (word: string, signal: AbortSignal) => Promise<string | null>

/** Somebody asks for a word, and the room is told what it means as soon as that is known. */
export const dictionaryWith = (
  lookUp: LookUp,
): ActivityPlugin<DictionaryState, DictionaryCommand, DictionaryEvent, MeaningWanted> => ({
  name: 'dictionary',
  commands: ['look-up', 'answer'] satisfies ReadonlyArray<DictionaryCommand['type']>,
  // `answer` is not here: no client says it.
  commandDecoders: {
    'look-up': reading(
      z
        .object({ word: z.string().min(1).max(100) })
        .transform((said) => ({ type: 'look-up', ...said }) as const),
    ),
  },
  foldVersion: 1,
  schemas: storage,
  initial: () => ({ asked: 0, word: null, meaning: null, isOpen: false }),
  open: () => [],
  close: (_ask, { asked: number, isOpen }) =>
    isOpen ? accept({ type: 'dictionary.answered', data: { number, meaning: null } }) : accept(),
  decide,
  evolve,
  nextTimer: () => undefined,
  effect: wants,
  runEffect: async ({ number, word }, { signal }) => ({
    type: 'answer',
    number,
    meaning: await lookUp(word, signal),
  }),
  redactState: (_viewer, state) => state,
  redactEvent: (_viewer, event) => event,
})
