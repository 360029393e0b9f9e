import type { EventSchema } from '../../../domain/kernel/activity.js'
import { schemaOf } from '../../../domain/room/index.js'
import type { Members, Path } from './personal.js'
import { pathOf } from './personal.js'

/** How an event type is kept, as the domain says it, with its paths taken apart. */
export interface KeptAs {
  readonly v: number
  readonly personal: ReadonlyArray<Path>
  readonly upcasters: ReadonlyArray<(data: unknown) => unknown>
  readonly forgotten: Members
}

/** Tells how a type is kept; nothing for one that it does not know. A test hands in its own. */
export type Vocabulary = (type: string) => KeptAs | undefined

const none: Members = {}
/** By what the domain says and not by the type: an activity may come and go with the application that brought it. */
const known = new WeakMap<EventSchema, KeptAs>()

export const roomVocabulary: Vocabulary = (type) => {
  const storage = schemaOf(type)
  if (storage === undefined) return undefined
  const found = known.get(storage)
  if (found !== undefined) return found
  const { v, personalPaths: personal, upcasters = [], erasedValues: forgotten = none } = storage
  const keptAs = { v, personal: personal.map(pathOf), upcasters, forgotten }
  known.set(storage, keptAs)
  return keptAs
}
