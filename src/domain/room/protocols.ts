import type { MemberId } from '../kernel/ids.js'
import type { Chunk, Table } from '../kernel/table.js'
import { memoizePerChunk } from '../kernel/table.js'

/** What a role means to the room. A trait that is absent does not hold. */
export interface RoleTraits {
  /**
   * One member has the role at a time. While that member is away, the next one that asks for the role gets it, and the
   * member that was away has the role `yieldsTo` from then on.
   */
  readonly exclusive?: { readonly yieldsTo: string }
  /** Its holder counts against the room's `maxPeers`. */
  readonly takesPeerSlot?: true
  /** A user is one member in this role: the newest session of the user takes the member over, also while it is connected. */
  readonly onePerUser?: true
  /** Its holder leads the activities of the room and may remove members from the protocol. */
  readonly leads?: true
}

/** Which WebRTC signals a protocol has messages for. */
export interface SignalSupport {
  /** `negotiation`: offer, answer and candidate. */
  readonly kinds: 'negotiation' | 'all'
  /** A member that can be reached by several protocols gets a signal through the one of the lowest rank. */
  readonly rank: number
}

/** What the room knows of a protocol: who can be in it, and how. */
export interface ProtocolSpec {
  /** Stored as `dialect` in events. */
  readonly name: string
  readonly roles: Readonly<Record<string, RoleTraits>>
  readonly signals?: SignalSupport
  /** The activity that the protocol is made for: a member that leaves the protocol leaves that activity. */
  readonly activity?: string
}

/** A member's role in a protocol; `since` is its place in the log. */
export interface Entry {
  readonly role: string
  readonly since: number
}

/** A member, as far as its entries are concerned. */
export interface EntryHolder {
  readonly id: MemberId
  /** By protocol. */
  readonly entries: Readonly<Record<string, Entry>>
}

/** The protocols of one engine, and what the room looks up in them. */
export interface Protocols {
  readonly byName: ReadonlyMap<string, ProtocolSpec>
  /** Names, in the order in which a member leaves them. */
  readonly names: ReadonlyArray<string>
  /** Names of those with signals, by rank. */
  readonly signalling: ReadonlyArray<string>
  /** The leader in each chunk of a room's members, if there is one. */
  readonly leaders: (members: Table<EntryHolder>) => ReadonlyArray<EntryHolder | undefined>
}

/** Throws if two of them have one name. */
export const protocolsOf = (specs: ReadonlyArray<ProtocolSpec>): Protocols => {
  const byName = new Map(specs.map((spec) => [spec.name, spec]))
  if (byName.size < specs.length) throw new Error('Two protocols have the same name')
  const leads = (member: EntryHolder): boolean => leadingProtocol(member, byName) !== undefined
  return {
    byName,
    names: specs.map(({ name }) => name),
    signalling: specs
      .flatMap(({ name, signals }) => (signals === undefined ? [] : [{ name, rank: signals.rank }]))
      .sort((left, right) => left.rank - right.rank)
      .map(({ name }) => name),
    leaders: memoizePerChunk((members: Chunk<EntryHolder>) => Object.values(members).find(leads)),
  }
}

const leadingProtocol = (
  { entries }: Pick<EntryHolder, 'entries'>,
  byName: Protocols['byName'],
): string | undefined =>
  Object.keys(entries).find((name) => byName.get(name)?.roles[entries[name]?.role ?? '']?.leads === true)

/** The protocol in which a member leads, if any. */
export const ledProtocolOf = (
  member: Pick<EntryHolder, 'entries'>,
  { byName }: Protocols,
): string | undefined => leadingProtocol(member, byName)

/** The member that leads the room, also while it is away. */
export const leaderOf = (members: Table<EntryHolder>, { leaders }: Protocols): EntryHolder | undefined =>
  leaders(members).find((member) => member !== undefined)

const noTraits: RoleTraits = {}

export const traitsOf = (protocol: string, role: string, { byName }: Protocols): RoleTraits =>
  byName.get(protocol)?.roles[role] ?? noTraits

/** Whether a member has an entry whose role has a trait. */
export const hasTrait = (
  { entries }: Pick<EntryHolder, 'entries'>,
  trait: keyof RoleTraits,
  protocols: Protocols,
): boolean =>
  Object.entries(entries).some(
    ([name, entry]) => entry !== undefined && traitsOf(name, entry.role, protocols)[trait] !== undefined,
  )

/** A member's entries in the order in which it leaves them; those of unknown protocols last. */
export const entriesInOrder = (
  { entries }: Pick<EntryHolder, 'entries'>,
  { names, byName }: Protocols,
): ReadonlyArray<readonly [protocol: string, entry: Entry]> => {
  const unknown = Object.keys(entries).filter((name) => !byName.has(name))
  return [...names, ...unknown].flatMap((name) => {
    const entry = entries[name]
    return entry === undefined ? [] : [[name, entry] as const]
  })
}

/** Whether a protocol has a message for a signal of this kind. */
export const supportsSignal = (protocol: string, kind: string, { byName }: Protocols): boolean => {
  const kinds = byName.get(protocol)?.signals?.kinds
  return kinds === 'all' || (kinds === 'negotiation' && negotiationKinds.has(kind))
}

const negotiationKinds: ReadonlySet<string> = new Set(['offer', 'answer', 'candidate'])
