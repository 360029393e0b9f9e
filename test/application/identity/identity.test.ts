import * as E from '#fp/Either'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { unverifiedPrincipal, userRoles } from '../../../src/application/identity/principal.js'
import type { UserRole } from '../../../src/application/identity/principal.js'
import { emergencyAccessMs, identityScene, second, user } from './identity-kit.js'

const expired = { type: 'token-expired' }
const revoked = { type: 'token-revoked' }

describe('the expiry of a token', () => {
  it('is announced sixty seconds before it, and closes the connection at its instant', async () => {
    const { clock, open } = await identityScene()
    const link = open(user('ann', { expiresAt: second(100) }))
    clock.advance(99_999)
    expect(link.events).toEqual([[40_000, 'token-expiring', { expiresAt: second(100) }]])
    clock.advance(1)
    expect(link.events.slice(1)).toEqual([
      [100_000, 'error', expired],
      [100_000, '(closed)', null],
    ])
    expect(clock.pending()).toEqual([])
  })

  it('is announced at once if the token lives for less than sixty seconds', async () => {
    const { open } = await identityScene()
    expect(open(user('ann', { expiresAt: second(59) })).events).toEqual([
      [0, 'token-expiring', { expiresAt: second(59) }],
    ])
  })

  it('closes a connection that begins with an expired token', async () => {
    const { open, identity } = await identityScene()
    const link = open(user('ann', { expiresAt: second(0) }))
    expect(link.events).toEqual([
      [0, 'error', expired],
      [0, '(closed)', null],
    ])
    expect(identity.size()).toBe(0)
  })

  it('takes the rights of a request that comes before a late timer', async () => {
    const { clock, identity } = await identityScene()
    const admin = user('ann', { roles: ['admin'], expiresAt: second(10) })
    expect(identity.denialOf(admin, 'operator')).toBeUndefined()
    clock.standStill(10_000)
    expect(identity.denialOf(admin, 'operator')).toEqual({ type: 'token-expired' })
    expect(identity.denialOf(admin, 'anyone')).toEqual({ type: 'token-expired' })
  })

  it('leaves no timer and no link behind when the client goes first', async () => {
    const { clock, identity, open } = await identityScene()
    identity.close(open(user('ann')))
    expect([identity.size(), clock.pending()]).toEqual([0, []])
  })
})

describe('a new token', () => {
  it('moves the expiry of all namespaces of its connection, and of no other connection', async () => {
    const { clock, identity, open } = await identityScene()
    const transport = {}
    const token = user('ann', { expiresAt: second(100) })
    const [root, rooms, other] = [
      open(token, { transport }),
      open(token, { transport, namespace: '/rooms' }),
      open(token),
    ]
    const next = user('ann', { issuedAt: second(1), expiresAt: second(200) })
    expect(await identity.refresh(root, next)()).toEqual(E.right({ expiresAt: second(200) }))
    clock.advance(150_000)
    expect([root, rooms, other].map((link) => link.isOpen())).toEqual([true, true, false])
    clock.advance(50_000)
    expect([root, rooms].map((link) => link.isOpen())).toEqual([false, false])
  })

  it.each([
    ['of another user', user('ann'), user('bob')],
    ['without a user', user('ann'), user('ann', { userId: null })],
    ['that is not verified', user('ann'), unverifiedPrincipal('ann', null)],
    ['for a user id that no token proved', unverifiedPrincipal('ann', null), user('ann')],
    ['for an anonymous connection', unverifiedPrincipal(null, null), user('ann')],
  ])('%s is refused and changes nothing', async (_name, current, next) => {
    const { identity, open } = await identityScene()
    const link = open(current)
    expect(await identity.refresh(link, { ...next, expiresAt: second(9_999) })()).toEqual(
      E.left({ type: 'other-user' }),
    )
    expect(link.holder.current).toEqual(current)
  })

  it('leaves another user on the same connection alone', async () => {
    const { identity, open } = await identityScene()
    const transport = {}
    const ann = open(user('ann', { roles: ['staff'] }), { transport })
    const bob = open(user('bob', { roles: ['staff'] }), { transport, namespace: '/rooms' })
    await identity.refresh(ann, user('ann', { issuedAt: second(1), expiresAt: second(9_999) }))()
    expect(bob.holder.current).toEqual(user('bob', { roles: ['staff'] }))
  })

  it('with fewer roles takes them from every connection with an earlier token, and tells the rooms', async () => {
    const { identity, open, rolesChanged } = await identityScene()
    const admin = user('ann', { roles: ['staff', 'admin'] })
    const [one, other] = [open(admin), open(admin)]
    await identity.refresh(one, user('ann', { issuedAt: second(0), roles: ['staff'] }))()
    expect([one, other].map(({ holder }) => holder.current.roles)).toEqual([['staff'], ['staff']])
    expect(rolesChanged).toEqual([one, other])
  })

  it('with fewer roles takes them from earlier tokens after a restart too, and not from later ones', async () => {
    const { identity, open, restart } = await identityScene()
    const link = open(user('ann', { roles: ['admin'] }))
    await identity.refresh(link, user('ann', { issuedAt: second(5) }))()
    const after = await restart()
    expect(after.open(user('ann', { roles: ['admin'], issuedAt: second(5) })).holder.current.roles).toEqual(
      [],
    )
    expect(after.open(user('ann', { roles: ['admin'], issuedAt: second(6) })).holder.current.roles).toEqual([
      'admin',
    ])
    expect(after.open(user('bob', { roles: ['admin'] })).holder.current.roles).toEqual(['admin'])
  })

  it('keeps the name that the handshake stated', async () => {
    const { identity, open } = await identityScene()
    const link = open(user('ann', { name: 'Ann' }))
    await identity.refresh(link, user('ann', { issuedAt: second(1) }))()
    expect(link.holder.current.name).toBe('Ann')
  })
})

describe('a revocation', () => {
  it('closes the connections of the user in each namespace, and those of nobody else', async () => {
    const { clock, identity, open } = await identityScene()
    const links = [open(user('ann')), open(user('ann'), { namespace: '/admin' })]
    const others = [open(user('bob')), open(unverifiedPrincipal('ann', null))]
    clock.advance(10_000)
    expect(await identity.revoke('ann')()).toEqual(E.right(undefined))
    for (const { events, holder } of links) {
      expect(events).toEqual([
        [10_000, 'error', revoked],
        [10_000, '(closed)', null],
      ])
      expect(identity.denialOf(holder.current, 'anyone')).toEqual({ type: 'token-expired' })
    }
    expect(others.map((link) => link.isOpen())).toEqual([true, true])
  })

  it.each([
    ['at the same instant', second(10), true],
    ['without an instant of issue', null, true],
    ['a millisecond later', second(10) + 1, false],
  ])('refuses tokens that were issued until then: %s', async (_name, issuedAt, isRefused) => {
    const { clock, identity, restart } = await identityScene()
    clock.advance(10_000)
    await identity.revoke('ann')()
    for (const scene of [{ identity }, await restart()]) {
      const admitted = scene.identity.admit(user('ann', { issuedAt }))
      expect(admitted).toEqual(
        isRefused ? E.left({ type: 'token-revoked' }) : E.right(user('ann', { issuedAt })),
      )
    }
  })

  it('refuses the token of an issuer whose clock is ahead', async () => {
    const { identity, open } = await identityScene()
    const ahead = user('ann', { issuedAt: second(4) })
    open(ahead)
    await identity.revoke('ann')()
    expect(identity.admit(ahead)).toEqual(E.left({ type: 'token-revoked' }))
  })

  it('closes a connection whose handshake it has overtaken', async () => {
    const { identity, open } = await identityScene()
    await identity.revoke('ann')()
    expect(open(user('ann')).isOpen()).toBe(false)
  })

  it('ends emergency access', async () => {
    const { identity } = await identityScene()
    await identity.takeEmergencyAccess(user('ann', { roles: ['staff'] }), 'fire')()
    await identity.revoke('ann')()
    expect(identity.hasEmergencyAccess(user('ann', { issuedAt: second(99) }))).toBe(false)
  })

  it('stores no user id', async () => {
    const { identity, store } = await identityScene()
    await identity.revoke('ann.example@example.org')()
    expect(JSON.stringify(await store.identity.load()())).not.toContain('ann')
  })

  it('changes nothing if the store does not keep it', async () => {
    const { identity, open, store } = await identityScene()
    const link = open(user('ann'))
    const fault = { type: 'unavailable' as const, problem: 'the disk is full' }
    Object.assign(store.identity, { save: () => () => Promise.resolve(E.left(fault)) })
    expect(await identity.revoke('ann')()).toEqual(E.left(fault))
    expect([link.isOpen(), identity.admit(user('ann'))]).toEqual([true, E.right(user('ann'))])
  })
})

describe('emergency access', () => {
  const nurse = user('ann', { roles: ['staff'] })

  it('gives the rights of an operator until its end, which is exact', async () => {
    const { clock, identity } = await identityScene()
    expect(identity.denialOf(nurse, 'operator')).toEqual({ type: 'access-denied', cause: 'role' })
    expect(await identity.takeEmergencyAccess(nurse, 'fire')()).toEqual(
      E.right({ until: second(0) + emergencyAccessMs }),
    )
    clock.advance(emergencyAccessMs - 1)
    expect(identity.denialOf(nurse, 'operator')).toBeUndefined()
    clock.advance(1)
    expect(identity.denialOf(nurse, 'operator')).toEqual({ type: 'access-denied', cause: 'role' })
  })

  it('lasts as long after a restart as without one', async () => {
    const { clock, identity, restart } = await identityScene()
    await identity.takeEmergencyAccess(nurse, 'fire')()
    clock.advance(emergencyAccessMs - 1)
    const after = await restart()
    expect(after.identity.hasEmergencyAccess(nurse)).toBe(true)
    clock.advance(1)
    expect(after.identity.hasEmergencyAccess(nurse)).toBe(false)
    expect((await restart()).identity.hasEmergencyAccess(nurse)).toBe(false)
  })

  it('alerts every operator that is connected to the namespace of operators, and nobody else', async () => {
    const { identity, open } = await identityScene()
    const admin = user('op', { roles: ['admin'] })
    const operators = [open(admin, { namespace: '/admin' }), open(admin, { namespace: '/admin' })]
    const others = [open(admin), open(nurse, { namespace: '/admin' })]
    await identity.takeEmergencyAccess(nurse, 'fire in ward 3')()
    for (const { events } of operators) {
      expect(events).toEqual([
        [
          0,
          'emergency',
          {
            id: '01'.repeat(16),
            message: 'ann has emergency access for 30 minutes: fire in ward 3',
            severity: 'critical',
            raisedBy: 'ann',
          },
        ],
      ])
    }
    expect(others.map(({ events }) => events)).toEqual([[], []])
  })

  it('belongs to the user that a token proves, and not to a client that states its id', async () => {
    const { identity } = await identityScene()
    await identity.takeEmergencyAccess(nurse, 'fire')()
    expect(identity.hasEmergencyAccess(unverifiedPrincipal('ann', null))).toBe(false)
  })

  it('is refused to a user whom no token proves', async () => {
    const { identity } = await identityScene()
    for (const claimed of [unverifiedPrincipal('ann', null), unverifiedPrincipal(null, null)]) {
      expect(await identity.takeEmergencyAccess(claimed, 'fire')()).toEqual(
        E.left({ type: 'unauthenticated' }),
      )
      expect(identity.hasEmergencyAccess(claimed)).toBe(false)
    }
  })
})

describe('a user id that a token proves', () => {
  it('is held for as long as a connection with the token is open', async () => {
    const { identity, open } = await identityScene()
    const [one, other] = [open(user('ann')), open(user('ann'))]
    identity.close(one)
    expect(identity.isHeldByToken('ann')).toBe(true)
    identity.close(other)
    identity.close(other)
    expect(identity.isHeldByToken('ann')).toBe(false)
  })

  it('is not held by a connection that only states it', async () => {
    const { identity, open } = await identityScene()
    open(unverifiedPrincipal('ann', null))
    expect(identity.isHeldByToken('ann')).toBe(false)
  })
})

type Step =
  | {
      readonly type: 'open'
      readonly user: number
      readonly roles: ReadonlyArray<UserRole>
      readonly issued: number
    }
  | { readonly type: 'refresh'; readonly link: number; readonly roles: ReadonlyArray<UserRole> }
  | { readonly type: 'revoke'; readonly user: number }
  | { readonly type: 'wait'; readonly seconds: number }

const roles = fc.uniqueArray(fc.constantFrom(...userRoles))
const steps = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('open' as const), user: fc.nat(2), roles, issued: fc.nat(20) }),
    fc.record({ type: fc.constant('refresh' as const), link: fc.nat(9), roles }),
    fc.record({ type: fc.constant('revoke' as const), user: fc.nat(2) }),
    fc.record({ type: fc.constant('wait' as const), seconds: fc.nat(40) }),
  ),
  { maxLength: 30 },
)

property.prop([steps])(
  'an open connection never has a role that its token lacks, an expired or a revoked token',
  async (all) => {
    const scene = await identityScene()
    const { clock, identity, open } = scene
    const links: Array<ReturnType<typeof open>> = []
    const tokens = new Map<object, ReturnType<typeof user>>()
    const revokedAt = new Map<string, number>()
    const step = async (each: Step): Promise<void> => {
      const now = clock.now()
      switch (each.type) {
        case 'open': {
          const issuedAt = now - each.issued * 1_000
          const token = user(`u${each.user}`, { roles: each.roles, issuedAt, expiresAt: now + 30_000 })
          const link = open(token)
          links.push(link)
          tokens.set(link, token)
          return
        }
        case 'refresh': {
          const link = links[each.link % Math.max(links.length, 1)]
          const token = link === undefined ? undefined : tokens.get(link)
          if (link === undefined || token === undefined) return
          const next = { ...token, roles: each.roles, issuedAt: now, expiresAt: now + 30_000 }
          if (E.isRight(await identity.refresh(link, next)())) tokens.set(link, next)
          return
        }
        case 'revoke':
          await identity.revoke(`u${each.user}`)()
          revokedAt.set(`u${each.user}`, now)
          return
        case 'wait':
          return clock.advance(each.seconds * 1_000)
      }
    }
    for (const each of all) {
      await step(each)
      for (const link of links.filter((candidate) => candidate.isOpen())) {
        const token = tokens.get(link)
        expect(token?.roles).toEqual(expect.arrayContaining([...link.holder.current.roles]))
        expect(token?.expiresAt).toBeGreaterThan(clock.now())
        expect(token?.issuedAt).toBeGreaterThan(revokedAt.get(token?.userId ?? '') ?? -1)
      }
      expect(identity.size()).toBe(links.filter((link) => link.isOpen()).length)
    }
    identity.stop()
    expect(clock.pending()).toEqual([])
  },
)
