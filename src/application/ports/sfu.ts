import type { MemberId, RoomId } from '../../domain/kernel/ids.js'

/** Access of one client to one room of a LiveKit server. The token is a secret until it expires. */
export interface LivekitAccess {
  readonly type: 'livekit'
  /** `ws://` or `wss://`. */
  readonly url: string
  readonly token: string
}

export type SfuAccess = LivekitAccess

/**
 * A selective forwarding unit, for calls that are too large for a mesh. Only tokens are made for it; it is never called, so
 * its outages do not affect rooms.
 */
export interface Sfu {
  /** Access of this member to this room; `null` if no server is configured. Never rejects. */
  readonly accessFor: (room: RoomId, member: MemberId, name: string | null) => Promise<SfuAccess | null>
}
