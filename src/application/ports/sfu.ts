import type { MemberId, RoomId } from '../../domain/kernel/ids.js'

/** How one client comes into one room of a LiveKit server. The token is a password for as long as it lives. */
export interface LivekitAccess {
  readonly type: 'livekit'
  /** `ws://` or `wss://`, as the LiveKit clients take it. */
  readonly url: string
  readonly token: string
}

export type SfuAccess = LivekitAccess

/**
 * A server that forwards media (a selective forwarding unit), where a call goes that has become too large for a mesh.
 * It knows its own rooms and people: nothing here asks it anything, so that it can be away without a room noticing.
 */
export interface Sfu {
  /** For the one who is named, and only this room; `null` where no such server is set up. Never rejects. */
  readonly accessFor: (room: RoomId, member: MemberId, name: string | null) => Promise<SfuAccess | null>
}
