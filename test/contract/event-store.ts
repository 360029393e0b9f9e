import { afterEach, describe } from 'vitest'
import { describeAudit, describeAuditDamage, describeReopenedAudit } from './event-store/audit.js'
import { describeAppends } from './event-store/appends.js'
import type { StoreUnderTest } from './event-store/records.js'
import { describeIndex } from './event-store/indexes.js'
import { describeDamage, describeReopening } from './event-store/durability.js'
import { describeIdentity } from './event-store/identity.js'
import { describeReads } from './event-store/reads.js'
import { describeRemovals } from './event-store/removals.js'

export type { StoreUnderTest } from './event-store/records.js'

/** The contract suite of event stores: one test for each promise of the port. Call it in a test file of vitest. */
export const eventStoreContract = (name: string, under: StoreUnderTest): void => {
  // A shared disk may be slow.
  describe(`${name}: the event store contract`, { timeout: 300_000 }, () => {
    afterEach(async () => under.dispose?.())

    describeAppends(under.open)
    describeReads(under.open)
    describeIndex(under.open)
    describeRemovals(under.open)
    describeIdentity(under)
    describeAudit(under.open)
    describeReopenedAudit(under)
    describeAuditDamage('an altered', under.open, under.damageAudit)
    describeAuditDamage('a missing', under.open, under.loseAudit)
    describeReopening(under)
    describeDamage('a changed record', under.open, under.damage)
    describeDamage('a lost record', under.open, under.lose)
  })
}
