import { accept, defineActivity, payloadDecoder, reject } from 'roomreel'
import type { CommandContext, Decision, DomainEvent, Effect, EventSchema, RecordedEvent } from 'roomreel'
import { z } from 'zod'

type Asked = DomainEvent<'dictionary.asked', { readonly number: number; readonly word: string }>
/** `null`: the meaning is unknown, or the look-up failed. */
type Answered = DomainEvent<
  'dictionary.answered',
  { readonly number: number; readonly meaning: string | null }
>

export type DictionaryEvent = Asked | Answered

const schemas: Readonly<Record<DictionaryEvent['type'], EventSchema>> = {
  'dictionary.asked': { v: 1, personalPaths: ['word'], erasedValues: { word: '' } },
  'dictionary.answered': { v: 1, personalPaths: ['meaning'] },
}

export interface DictionaryState {
  /** The number of the last word. */
  readonly asked: number
  readonly word: string | null
  readonly meaning: string | null
  readonly isOpen: boolean
}

export type DictionaryCommand =
  | { readonly type: 'look-up'; readonly word: string }
  /** The result of a look-up, for the word with that number. */
  | { readonly type: 'answer'; readonly number: number; readonly meaning: string | null }

type DictionaryRejection = { readonly type: 'word-open' }

/** A look-up that the room waits for. */
interface MeaningLookUp extends Effect<DictionaryCommand> {
  readonly number: number
  readonly word: string
}

const decide = (
  { command, by }: CommandContext<DictionaryCommand>,
  { asked, isOpen }: DictionaryState,
): Decision<DictionaryEvent, DictionaryRejection> => {
  if (command.type === 'answer') {
    const { number, meaning } = command
    // A late or repeated answer changes nothing, and neither does one from a member.
    const isExpected = by === null && isOpen && number === asked
    return isExpected ? accept({ type: 'dictionary.answered', data: { number, meaning } }) : accept()
  }
  if (isOpen) return reject({ type: 'word-open' })
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

/** The key is the same for the same word, also after a restart, and is never used again. */
const effects = ({ asked: number, word, isOpen }: DictionaryState): ReadonlyArray<MeaningLookUp> =>
  !isOpen || word === null
    ? []
    : [{ key: String(number), number, word, fallback: { type: 'answer', number, meaning: null } }]

/** Resolves to the meaning of a word, or to `null` if there is none; rejects if the look-up fails. */
export type LookUp = (word: string, signal: AbortSignal) => Promise<string | null>

/** A member asks for a word, and the room gets its meaning as soon as it is found. */
export const dictionaryWith = (lookUp: LookUp) =>
  defineActivity<DictionaryState, DictionaryCommand, DictionaryEvent, DictionaryRejection, MeaningLookUp>({
    name: 'dictionary',
    commands: ['look-up', 'answer'],
    // Clients cannot send `answer`: it is the result of the effect.
    clientCommands: {
      'look-up': payloadDecoder(
        z
          .object({ word: z.string().min(1).max(100) })
          .transform(({ word }) => ({ type: 'look-up', word }) as const),
      ),
    },
    errors: {
      'word-open': () => ({ message: 'A word is being looked up; wait for its meaning' }),
    },
    foldVersion: 1,
    schemas,
    initial: () => ({ asked: 0, word: null, meaning: null, isOpen: false }),
    open: () => [],
    close: (_context, { asked: number, isOpen }) =>
      isOpen ? accept({ type: 'dictionary.answered', data: { number, meaning: null } }) : accept(),
    decide,
    evolve,
    nextTimer: () => undefined,
    effects,
    runEffect: async ({ number, word }, { signal }) => ({
      type: 'answer',
      number,
      meaning: await lookUp(word, signal),
    }),
    redactState: (_viewer, state) => state,
    redactEvent: (_viewer, event) => event,
  })
