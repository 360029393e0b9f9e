import { limitNames } from './limit-settings.js'
import { isUnsupported } from './settings.js'
import type { InvalidSetting } from './settings.js'

/** A setting that is read only if another one has this value, or any value if none is named. */
interface Dependent {
  readonly setting: string
  readonly of: string
  /** Either of them, if there are two. */
  readonly or?: string
  readonly value?: string
  /** The default of the other setting. */
  readonly defaultValue?: string
}

const key = { of: 'JWT_SECRET', or: 'JWKS_URL' }
const lmdb = { of: 'EVENT_STORE', value: 'lmdb', defaultValue: 'lmdb' }

const dependents: ReadonlyArray<Dependent> = [
  { setting: 'JWT_ISSUER', ...key },
  { setting: 'JWT_AUDIENCE', ...key },
  { setting: 'REDIS_URL', of: 'EVENT_STORE', value: 'redis', defaultValue: 'lmdb' },
  { setting: 'DATA_DIR', ...lmdb },
  { setting: 'DURABILITY', ...lmdb },
  { setting: 'AUDIT_RETENTION_DAYS', of: 'AUDIT', value: 'on', defaultValue: 'on' },
  { setting: 'TURN_TTL_SECONDS', of: 'TURN_URL' },
  ...limitNames.map((setting) => ({ setting, of: 'RATE_LIMIT', value: 'on', defaultValue: 'on' })),
]

/**
 * The settings without an effect, each with what to do. Without a warning an operator would believe that the issuer of
 * tokens is checked or that logs are on disk.
 */
export const unusedSettings = (
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyArray<InvalidSetting> => {
  // `PORT=` in a compose file or a .env means that it is not set.
  const valueOf = (name: string): string | undefined => (env[name] === '' ? undefined : env[name])
  return dependents.flatMap((dependent) => {
    const { setting, of, or = of } = dependent
    const other = valueOf(of) ?? valueOf(or) ?? dependent.defaultValue
    if (valueOf(setting) === undefined || isRead(dependent, other)) return []
    return [{ setting, problem: problemOf(dependent, other) }]
  })
}

const isRead = ({ value }: Dependent, other: string | undefined): boolean =>
  value === undefined ? other !== undefined : other === value

const problemOf = ({ of, or, value }: Dependent, other: string | undefined): string => {
  if (value === undefined) {
    const missing = or === undefined ? of : `${of} or ${or}`
    return `has no effect without ${missing}: set ${missing} too, or leave this out`
  }
  const because = `has no effect with ${of}=${other}`
  return isUnsupported(of, value)
    ? `${because}, and ${value} is not built yet: leave this out`
    : `${because}: set ${of} to ${value}, or leave this out`
}
