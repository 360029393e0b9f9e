import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import type { Principal } from '../../../src/application/identity/principal.js'
import { secretCommand } from '../../../src/infrastructure/identity/operator-guide.js'
import { tokenVerifierOf } from '../../../src/infrastructure/identity/token-verifier.js'
import { systemClock } from '../../../src/infrastructure/clock/system-clock.js'
import { roomreel } from './cli-kit.js'

const secret = 'canary: a secret of the tests, 32 bytes or more'

const principalOf = async (
  token: string | undefined,
  issuer: string | null = null,
  audience: string | null = null,
): Promise<Principal> => {
  const { verify } = tokenVerifierOf(
    { key: { type: 'secret', secret }, issuer, audience },
    { clock: systemClock(), onFetch: () => undefined },
  )
  const principal = await verify(token ?? '')()
  if (E.isLeft(principal)) throw new Error(JSON.stringify(principal.left))
  return principal.right
}

const token = (...args: ReadonlyArray<string>) =>
  roomreel(['token', ...args], { env: { JWT_SECRET: secret } })

describe('roomreel token', () => {
  it('prints a token for the user with its roles, its name and its lifetime, and nothing else', async () => {
    const roles = ['--role', 'admin', '--role', 'staff']
    const { code, out, notes } = await token('--user', 'ann', ...roles, '--expires', '8h', '--name', 'Ann')
    expect({ code, notes, lines: out.length }).toStrictEqual({ code: 0, notes: [], lines: 1 })
    const principal = await principalOf(out[0])
    expect(principal).toMatchObject({
      userId: 'ann',
      name: 'Ann',
      roles: ['staff', 'admin'],
      isVerified: true,
    })
    expect((principal.expiresAt ?? 0) - (principal.issuedAt ?? 0)).toBe(8 * 3_600_000)
  })

  it('without a role gives none, and without --expires 8 hours', async () => {
    const principal = await principalOf((await token('--user', 'ann')).out[0])
    expect(principal).toMatchObject({ name: null, roles: [] })
    expect((principal.expiresAt ?? 0) - (principal.issuedAt ?? 0)).toBe(8 * 3_600_000)
  })

  it.each([
    ['1s', 1_000],
    ['90s', 90_000],
    ['15m', 900_000],
    ['7d', 7 * 86_400_000],
    ['30d', 30 * 86_400_000],
  ])('accepts the lifetime %s', async (text, ms) => {
    const { issuedAt, expiresAt } = await principalOf(
      (await token('--user', 'ann', '--expires', text)).out[0],
    )
    expect((expiresAt ?? 0) - (issuedAt ?? 0)).toBe(ms)
  })

  it('has the iss and aud of the settings', async () => {
    const env = { JWT_SECRET: secret, JWT_ISSUER: 'me', JWT_AUDIENCE: 'rooms' }
    const { out } = await roomreel(['token', '--user', 'ann'], { env })
    expect(await principalOf(out[0], 'me', 'rooms')).toMatchObject({ userId: 'ann' })
  })

  it.each<readonly [ReadonlyArray<string>, string]>([
    [[], "required option '--user <id>'"],
    [['--user', ''], 'It must have 1 to 200 characters'],
    [['--user', 'x'.repeat(201)], 'It must have 1 to 200 characters'],
    [['--user', 'ann', '--name', ''], 'It must have 1 to 200 characters'],
    [['--user', 'ann', '--role', 'Admin'], 'It must be one of staff, admin, super_admin'],
    ...['0s', '31d', '721h', '8', 'h', '1.5h', '-1h', '8 h', '1w', '8hh', '99999999s'].map(
      (text): readonly [ReadonlyArray<string>, string] => [
        ['--user', 'ann', `--expires=${text}`],
        'It must be a time like 30s, 15m, 8h or 7d, and at most 30d',
      ],
    ),
  ])('with %j prints no token, says why and exits with 2', async (args, problem) => {
    const { code, out, notes } = await token(...args)
    expect({ code, out }).toStrictEqual({ code: 2, out: [] })
    expect(notes.join('\n')).toContain(problem)
  })

  it.each<readonly [Readonly<Record<string, string>>, string]>([
    [{}, secretCommand],
    [{ JWKS_URL: 'https://id.example.org' }, 'the issuer of those keys makes the tokens'],
    [{ JWT_SECRET: 'canary' }, 'JWT_SECRET: must be at least 32 bytes, as HS256 asks for'],
    [{ AUTH_MODE: 'jwt' }, 'AUTH_MODE: jwt needs a key: set JWT_SECRET or JWKS_URL'],
  ])('with the settings %j prints no token, says how to get one and exits with 2', async (env, problem) => {
    const { code, out, notes } = await roomreel(['token', '--user', 'ann'], { env })
    expect({ code, out, lines: notes.length }).toStrictEqual({ code: 2, out: [], lines: 1 })
    expect(notes[0]).toContain(problem)
    expect(notes[0]).not.toContain('canary')
  })
})
