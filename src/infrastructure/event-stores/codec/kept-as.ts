import { storageOf } from '../../../domain/room/index.js'
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
const known = new Map<string, KeptAs>()

export const roomVocabulary: Vocabulary = (type) => {
  const found = known.get(type)
  if (found !== undefined) return found
  const storage = storageOf(type)
  if (storage === undefined) return undefined
  const { v, personal, upcasters = [], forgotten = none } = storage
  const keptAs = { v, personal: personal.map(pathOf), upcasters, forgotten }
  known.set(type, keptAs)
  return keptAs
}
