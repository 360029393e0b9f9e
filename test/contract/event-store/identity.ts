import { describe, expect, it } from 'vitest'
import type { UserRestrictions } from '../../../src/application/ports/identity-store.js'
import { userKey } from '../../../src/domain/kernel/ids.js'
import type { StoreUnderTest } from './records.js'
import { right } from './records.js'

const [ann, bob] = [userKey('a'.repeat(64)), userKey('b'.repeat(64))]

const revoked: UserRestrictions = { user: ann, revokedUntil: 5_000, roleLimit: null, emergencyUntil: null }
const limited: UserRestrictions = {
  user: bob,
  revokedUntil: null,
  roleLimit: { issuedUntil: 7_000, roles: ['staff'] },
  emergencyUntil: 9_000,
}

export const describeIdentity = ({ open, reopen }: StoreUnderTest): void => {
  describe('the restrictions of users', () => {
    it('are none in an empty store', async () => {
      expect(await right((await open()).identity.load())).toEqual([])
    })

    it('are loaded as they were saved last, one for each user', async () => {
      const { identity } = await open()
      await right(identity.save(limited))
      await right(identity.save({ ...revoked, revokedUntil: 1 }))
      await right(identity.save(revoked))
      const loaded = await right(identity.load())
      expect(loaded.toSorted((one, other) => (one.user < other.user ? -1 : 1))).toEqual([revoked, limited])
    })

    if (reopen === undefined) return
    it('survive a reopening', async () => {
      const store = await open()
      await right(store.identity.save(revoked))
      expect(await right((await reopen(store)).identity.load())).toEqual([revoked])
    })
  })
}
