import { isHex, isWellFormed } from './encoding.js'

// Written here and not imported from the domain: the check of a draw shares no code with the draw.
export const maxDrawMembers = 10_000
export const maxMemberNameLength = 200
export const drawTicks = 50

export interface DrawMember {
  readonly id: string
  readonly name: string
}

export interface Contribution {
  readonly by: string
  /** hex */
  readonly entropy: string
}

/** What `randomComplete` and `randomCancelled` reveal; see fairness.md, step 6. */
export interface DrawProof {
  readonly algorithm: 'draw/1'
  readonly room: string
  readonly drawNo: number
  /** hex of 32 bytes */
  readonly serverSeed: string
  /** hex of 32 bytes */
  readonly commitment: string
  readonly members: ReadonlyArray<DrawMember>
  readonly contributions: ReadonlyArray<Contribution>
  readonly ticks: typeof drawTicks
}

/** `path` is the first invalid field. */
export type ReadProof =
  | { readonly type: 'proof'; readonly proof: DrawProof }
  | { readonly type: 'not-a-proof'; readonly path: string; readonly expected: string; readonly got: string }

class InvalidField extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
    readonly got: unknown,
  ) {
    super(`${path}: ${expected}`)
  }
}

type Fields = { readonly [field: string]: unknown }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fields = (value: unknown, path: string): Fields => {
  if (!isFields(value)) throw new InvalidField(path, 'an object', value)
  return value
}

const text = (value: unknown, path: string, min: number, max: number): string => {
  if (typeof value !== 'string' || value.length < min || value.length > max)
    throw new InvalidField(path, `text of ${min} to ${max} characters`, value)
  if (!isWellFormed(value)) throw new InvalidField(path, 'well-formed Unicode', value)
  return value
}

const hex = (value: unknown, path: string, min: number, max: number): string => {
  if (typeof value !== 'string' || !isHex(value) || value.length < 2 * min || value.length > 2 * max)
    throw new InvalidField(path, min === max ? `${min} bytes as hex` : `${min} to ${max} bytes as hex`, value)
  return value.toLowerCase()
}

const list = (value: unknown, path: string, min: number, max: number): ReadonlyArray<unknown> => {
  if (!Array.isArray(value) || value.length < min || value.length > max)
    throw new InvalidField(path, `a list of ${min} to ${max}`, value)
  return value
}

const distinct = (values: ReadonlyArray<string>, path: string): void => {
  const seen = new Set<string>()
  for (const value of values) {
    if (seen.has(value)) throw new InvalidField(path, 'each only once', value)
    seen.add(value)
  }
}

const members = (value: unknown): ReadonlyArray<DrawMember> => {
  const read = list(value, 'members', 1, maxDrawMembers).map((member, i) => {
    const { id, name } = fields(member, `members[${i}]`)
    return {
      id: text(id, `members[${i}].id`, 1, 200),
      name: text(name, `members[${i}].name`, 1, maxMemberNameLength),
    }
  })
  distinct(
    read.map((member) => member.id),
    'members',
  )
  return read
}

/** Each member once, with 16 to 32 bytes; only the last may be the starter's nonce: any text of up to 128 bytes. */
const contributions = (value: unknown): ReadonlyArray<Contribution> => {
  const items = list(value, 'contributions', 0, 100_000)
  const read = items.map((contribution, i) => {
    const path = `contributions[${i}]`
    const { by, entropy } = fields(contribution, path)
    const isLast = i === items.length - 1
    return {
      by: text(by, `${path}.by`, 1, 200),
      entropy: isLast ? hex(entropy, `${path}.entropy`, 1, 128) : hex(entropy, `${path}.entropy`, 16, 32),
    }
  })
  distinct(
    read.slice(0, -1).map((contribution) => contribution.by),
    'contributions',
  )
  return read
}

const jsonOf = (value: unknown): string => {
  const json = JSON.stringify(value)
  if (json === undefined) return 'nothing'
  return json.length > 120 ? `${json.slice(0, 120)}…` : json
}

const proofIn = (value: unknown): DrawProof => {
  const { algorithm, room, drawNo, serverSeed, commitment, ticks, ...lists } = fields(value, 'proof')
  if (algorithm !== 'draw/1') throw new InvalidField('algorithm', 'draw/1', algorithm)
  if (ticks !== drawTicks) throw new InvalidField('ticks', `${drawTicks}`, ticks)
  if (typeof drawNo !== 'number' || !Number.isInteger(drawNo) || drawNo < 1 || drawNo > 0xffff_ffff)
    throw new InvalidField('drawNo', 'a whole number from 1', drawNo)
  return {
    algorithm,
    room: text(room, 'room', 1, 200),
    drawNo,
    serverSeed: hex(serverSeed, 'serverSeed', 32, 32),
    commitment: hex(commitment, 'commitment', 32, 32),
    members: members(lists['members']),
    contributions: contributions(lists['contributions']),
    ticks,
  }
}

/** Reads untrusted JSON. Fields that the algorithm does not name are dropped. */
export const readProof = (value: unknown): ReadProof => {
  try {
    return { type: 'proof', proof: proofIn(value) }
  } catch (error) {
    if (!(error instanceof InvalidField)) throw error
    return { type: 'not-a-proof', path: error.path, expected: error.expected, got: jsonOf(error.got) }
  }
}
