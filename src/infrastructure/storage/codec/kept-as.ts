import type { EventSchema } from '../../../domain/kernel/activity.js'
import type { RoomModel } from '../../../domain/room/index.js'
import { builtInModel } from '../../../plugins.js'
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

/** How the events of a model are stored. */
export const vocabularyOf = ({ schemaOf }: Pick<RoomModel, 'schemaOf'>): Vocabulary => {
  const known = new Map<string, KeptAs>()
  return (type) => {
    const found = known.get(type)
    if (found !== undefined) return found
    const schema = schemaOf(type)
    if (schema === undefined) return undefined
    const keptAs = keptAsOf(schema)
    known.set(type, keptAs)
    return keptAs
  }
}

const keptAsOf = ({ v, personalPaths, upcasters = [], erasedValues = none }: EventSchema): KeptAs => ({
  v,
  personal: personalPaths.map(pathOf),
  upcasters,
  forgotten: erasedValues,
})

export const builtInVocabulary: Vocabulary = vocabularyOf(builtInModel)
