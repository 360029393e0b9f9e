import * as E from '#fp/Either'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UserRestrictions } from '../../../src/application/ports/identity-store.js'
import type { Principal } from '../../../src/application/identity/principal.js'
import { settled } from '../../kit/virtual-clock.js'
import type { IdentityScene } from './identity-kit.js'
import { identityScene, second, user } from './identity-kit.js'

/** The calls of a store that has not answered yet. */
interface SlowStore {
  /** Lets the oldest or the newest waiting save take effect. */
  readonly release: (which: 'oldest' | 'newest') => void
  readonly waiting: () => number
}

const slowDown = ({ store }: IdentityScene): SlowStore => {
  const { save } = store.identity
  const waiting: Array<() => void> = []
  Object.assign(store.identity, {
    save: (each: UserRestrictions) => async () => {
      await new Promise<void>((resolve) => waiting.push(resolve))
      return save(each)()
    },
  })
  return {
    release: (which) => (which === 'oldest' ? waiting.shift() : waiting.pop())?.(),
    waiting: () => waiting.length,
  }
}

const admin = user('ann', { roles: ['admin'] })
const noRoles = user('ann', { issuedAt: second(1) })

const rolesOf = ({ identity }: IdentityScene, principal: Principal): unknown => {
  const admitted = identity.admit(principal)
  return E.isRight(admitted) ? admitted.right.roles : admitted.left.type
}

const changes = ['revoke', 'lower', 'emergency'] as const

it('keeps a revocation while other restrictions of the user change, in any order', async () => {
  const order = fc.array(fc.constantFrom('oldest' as const, 'newest' as const), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...changes], { minLength: 3 }),
      order,
      async (started, releases) => {
        const scene = await identityScene()
        const { identity, open, restart } = scene
        const links = [open(admin), open(admin)] as const
        const store = slowDown(scene)
        const running = started.map((change): Promise<unknown> => {
          switch (change) {
            case 'revoke':
              return identity.revoke('ann')()
            case 'lower':
              return identity.refresh(links[0], user('ann'))()
            case 'emergency':
              return identity.takeEmergencyAccess(admin, 'fire')()
          }
        })
        for (const which of releases) {
          store.release(which)
          await settled()
        }
        for (let left = 9; left > 0; left--) {
          store.release('oldest')
          await settled()
        }
        await Promise.all(running)
        expect(links.map((link) => link.isOpen())).toEqual([false, false])
        const later = user('ann', { roles: ['staff'], issuedAt: second(2) })
        for (const each of [scene, await restart()]) {
          expect(rolesOf(each, admin)).toBe('token-revoked')
          expect(each.identity.hasEmergencyAccess(later)).toBe(false)
        }
      },
    ),
    { numRuns: 60 },
  )
})

describe('while a revocation is being saved', () => {
  it('a new token with fewer roles is refused, because its user is revoked', async () => {
    const scene = await identityScene()
    const link = scene.open(admin)
    const store = slowDown(scene)
    const revoked = scene.identity.revoke('ann')()
    const refreshed = scene.identity.refresh(link, user('ann'))()
    while (store.waiting() > 0 || scene.identity.size() > 0) {
      store.release('oldest')
      await settled()
    }
    store.release('oldest')
    expect(await revoked).toEqual(E.right(undefined))
    expect(await refreshed).toEqual(E.left({ type: 'token-revoked' }))
  })

  it('emergency access is refused, alerts nobody and is not saved', async () => {
    const scene = await identityScene()
    const operator = scene.open(user('op', { roles: ['admin'] }), { namespace: '/admin' })
    const store = slowDown(scene)
    const revoked = scene.identity.revoke('ann')()
    const taken = scene.identity.takeEmergencyAccess(user('ann', { roles: ['staff'] }), 'fire')()
    await settled()
    while (store.waiting() > 0) {
      store.release('newest')
      await settled()
    }
    expect(await revoked).toEqual(E.right(undefined))
    expect(await taken).toEqual(E.left({ type: 'token-revoked' }))
    const later = user('ann', { issuedAt: second(2) })
    expect(scene.identity.hasEmergencyAccess(later)).toBe(false)
    expect(operator.events).toEqual([])
  })
})

describe('the limit of the roles of earlier tokens', () => {
  it.each<[string, Partial<Principal>]>([
    ['an earlier token with fewer roles', { issuedAt: second(-50) }],
    ['an earlier token with another role', { issuedAt: second(-50), roles: ['staff'] }],
    ['a token without an instant of issue', { issuedAt: null }],
  ])('is not lifted by %s', async (_name, replayed) => {
    const { identity, open, restart } = await identityScene()
    await identity.refresh(open(admin), noRoles)()
    // A token that is not limited yet, as the token of a refresh is.
    const link = open(admin)
    await identity.refresh(link, admin)()
    await identity.refresh(link, user('ann', replayed))()
    await identity.refresh(link, admin)()
    expect(link.holder.current.roles).toEqual([])
    expect(rolesOf(await restart(), admin)).toEqual([])
  })

  it('takes the roles of the current token when the next one does not say when it was issued', async () => {
    const { identity, open, restart } = await identityScene()
    await identity.refresh(open(admin), user('ann', { issuedAt: null }))()
    expect(rolesOf(await restart(), admin)).toEqual([])
  })

  it('has only the roles that two tokens of the same instant have in common', async () => {
    const { identity, open, restart } = await identityScene()
    const both = user('ann', { roles: ['staff', 'admin'] })
    await identity.refresh(open(both), user('ann', { roles: ['staff'] }))()
    const link = open(user('ann'))
    await identity.refresh(link, both)()
    await identity.refresh(link, user('ann', { roles: ['admin'] }))()
    expect(rolesOf(await restart(), both)).toEqual([])
  })

  it('is saved once for a client that replays the same tokens', async () => {
    const { identity, open, store } = await identityScene()
    const saved: Array<UserRestrictions> = []
    const { save } = store.identity
    Object.assign(store.identity, {
      save: (each: UserRestrictions) => {
        saved.push(each)
        return save(each)
      },
    })
    const link = open(admin)
    for (let turn = 0; turn < 10; turn++) {
      await identity.refresh(link, noRoles)()
      await identity.refresh(link, admin)()
    }
    expect(saved).toHaveLength(1)
  })
})

it('a second revocation does not admit a token of an issuer whose clock is ahead', async () => {
  const { identity, open } = await identityScene()
  const ahead = user('ann', { issuedAt: second(4) })
  open(ahead)
  await identity.revoke('ann')()
  await identity.revoke('ann')()
  expect(identity.admit(ahead)).toEqual(E.left({ type: 'token-revoked' }))
})

it('10 000 connections with tokens that expire leave no timer and no link behind', async () => {
  const { clock, identity, open } = await identityScene()
  const links = Array.from({ length: 10_000 }, (_, place) =>
    open(user(`user-${place % 100}`, { expiresAt: second(30 + (place % 100)) })),
  )
  for (const link of links.slice(0, 5_000)) identity.close(link)
  clock.advance(200_000)
  expect([identity.size(), clock.pending(), identity.isHeldByToken('user-0')]).toEqual([0, [], false])
})
