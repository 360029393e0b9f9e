import * as E from '#fp/Either'
import { InvalidArgumentError } from 'commander'
import type { UserRole } from '../../application/identity/principal.js'
import { isUserText, userRoles } from '../../application/identity/principal.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { settingsFrom } from '../config/settings.js'
import type { TokenSettings } from '../config/settings.js'
import { issueToken } from '../identity/issue-token.js'
import { secretCommand } from '../identity/operator-guide.js'
import type { Terminal } from './terminal.js'
import { Failure } from './terminal.js'

export interface TokenOptions {
  readonly user: string
  readonly role: ReadonlyArray<UserRole>
  /** The lifetime in ms. */
  readonly expires: number
  readonly name?: string
}

/** Prints a token that a server with the same settings accepts. */
export const printToken = async (
  { user, role: roles, expires: lifetimeMs, name }: TokenOptions,
  env: Readonly<Record<string, string | undefined>>,
  now: Instant,
  { pass }: Terminal,
): Promise<void> => {
  const settings = settingsFrom(env)
  if (E.isLeft(settings)) throw new Failure(`${settings.left.setting}: ${settings.left.problem}`)
  const { tokens } = settings.right
  await pass(await issueToken({ user, name: name ?? null, roles, lifetimeMs }, secretIn(tokens), tokens, now))
}

const secretIn = ({ key }: TokenSettings): string => {
  if (key?.type === 'secret') return key.secret
  throw new Failure(
    key === null
      ? `JWT_SECRET is not set: set it to that of the server. For a new one, run ${secretCommand}`
      : 'with JWKS_URL, the issuer of those keys makes the tokens: give the user the role there',
  )
}

export const parseUserText = (text: string): string => {
  if (!isUserText(text)) throw new InvalidArgumentError('It must have 1 to 200 characters.')
  return text
}

/** For an option that may come several times. */
export const addRole = (text: string, previous: ReadonlyArray<UserRole>): ReadonlyArray<UserRole> => {
  const role = userRoles.find((each) => each === text)
  if (role === undefined) throw new InvalidArgumentError(`It must be one of ${userRoles.join(', ')}.`)
  return [...previous, role]
}

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A stolen token is valid until it expires. */
const maxLifetimeMs = 30 * unitsMs.d

/** As `30s`, `15m`, `8h` or `7d`. */
export const parseLifetime = (text: string): number => {
  const [, count = '', unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? []
  const lifetimeMs = Number(count) * (unitsMs[unit as keyof typeof unitsMs] ?? 0)
  if (lifetimeMs >= 1_000 && lifetimeMs <= maxLifetimeMs) return lifetimeMs
  throw new InvalidArgumentError('It must be a time like 30s, 15m, 8h or 7d, and at most 30d.')
}
