import { describe, expect, it } from 'vitest'
import type { Access } from '../../../src/application/identity/permissions.js'
import { accessLevels, denialOf } from '../../../src/application/identity/permissions.js'
import { unverifiedPrincipal } from '../../../src/application/identity/principal.js'
import { user } from './identity-kit.js'

const principals = {
  nobody: unverifiedPrincipal(null, null),
  'a stated user': unverifiedPrincipal('ann', null),
  'a verified user': user('ann'),
  staff: user('ann', { roles: ['staff'] }),
  admin: user('ann', { roles: ['admin'] }),
  super_admin: user('ann', { roles: ['super_admin'] }),
}

type Name = keyof typeof principals

/** Who may use each level, of those above. */
const allowed: Readonly<Record<Access, ReadonlyArray<Name>>> = {
  anyone: ['nobody', 'a stated user', 'a verified user', 'staff', 'admin', 'super_admin'],
  member: ['nobody', 'a stated user', 'a verified user', 'staff', 'admin', 'super_admin'],
  user: ['a stated user', 'a verified user', 'staff', 'admin', 'super_admin'],
  staff: ['staff', 'admin', 'super_admin'],
  operator: ['admin', 'super_admin'],
}

const names = Object.keys(principals) as ReadonlyArray<Name>

describe('the table of permissions', () => {
  it.each(accessLevels)('allows %s to exactly those who have the right', (access) => {
    const passing = names.filter((name) => denialOf(access, principals[name], false) === undefined)
    expect(passing).toEqual(allowed[access])
  })

  it('gives emergency access the rights of an operator', () => {
    for (const access of accessLevels) expect(denialOf(access, principals.staff, true)).toBeUndefined()
  })

  it('denies a connection without a user id as unauthenticated, and others by their role', () => {
    expect(denialOf('user', principals.nobody, false)).toEqual({ type: 'unauthenticated' })
    expect(denialOf('operator', principals.nobody, false)).toEqual({ type: 'unauthenticated' })
    for (const name of ['a stated user', 'a verified user', 'staff'] as const) {
      expect(denialOf('operator', principals[name], false)).toEqual({ type: 'access-denied', cause: 'role' })
    }
  })
})
