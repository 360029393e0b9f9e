import { afterEach, describe } from 'vitest'
import { appending } from './event-store/appending.js'
import type { StoreUnderTest } from './event-store/asking.js'
import { indexing } from './event-store/indexing.js'
import { standsDamage, survivesReopening } from './event-store/outliving.js'
import { reading } from './event-store/reading.js'
import { removing } from './event-store/removing.js'

export type { StoreUnderTest } from './event-store/asking.js'

/**
 * What every event store keeps: the promises of the port, each as a test. Call it in a test file of vitest, with what
 * opens an empty store.
 */
export const eventStoreContract = (name: string, under: StoreUnderTest): void => {
  // A shared disk may be slow.
  describe(`${name}: the event store contract`, { timeout: 300_000 }, () => {
    afterEach(async () => under.dispose?.())

    appending(under.open)
    reading(under.open)
    indexing(under.open)
    removing(under.open)
    survivesReopening(under)
    standsDamage('a record that was changed', under.open, under.damage)
    standsDamage('a record that is lost', under.open, under.lose)
  })
}
