/** What a role means to the room. A trait that is absent does not hold. */
export interface RoleTraits {
  /**
   * One member has the role at a time. While that member is away, the next one that asks for the role gets it, and the member
   * that was away has the role `yieldsTo` from then on.
   */
  readonly exclusive?: { readonly yieldsTo: string }
  /** Its holder counts against the room's `maxPeers`. */
  readonly takesPeerSlot?: true
  /** A user is one member in this role: the user's newest session takes the member over, also while it is connected. */
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
  /** The activity that the protocol is made for: who leaves the protocol leaves that activity. */
  readonly activity?: string
}
