import { emitGuard, type CommonEmits, type EmitOf } from '../wire.js'
import type { Candidate, Description, IceServer } from './webrtc.js'

/** The mesh protocol on namespace `/`, as in wire.md. */

interface UserInfo {
  readonly username?: string
}

/** Another peer. `polite` is about that peer: it gives way when both offer at once. */
export interface PeerEntry {
  readonly id: string
  readonly userId?: string
  readonly userInfo?: UserInfo
  readonly polite: boolean
}

export interface MeshJoinResult {
  readonly roomId: string
  /** the client's own id */
  readonly peerId: string
  readonly peers: ReadonlyArray<PeerEntry>
  readonly iceServers: ReadonlyArray<IceServer>
}

/** The id of the offer that a signal belongs to. Other clients may leave it out. */
interface WithNegotiation {
  readonly negotiation?: string | number
}

export interface MeshRequests {
  'join:room': {
    request: { readonly roomCode: string; readonly create?: boolean; readonly token?: string }
    result: MeshJoinResult
  }
  'leave:room': { request: Record<string, never>; result: object }
  'webrtc:offer': {
    request: WithNegotiation & { readonly targetPeerId: string; readonly offer: Description }
    result: object
  }
  'webrtc:answer': {
    request: WithNegotiation & { readonly targetPeerId: string; readonly answer: Description }
    result: object
  }
  'webrtc:ice': {
    request: WithNegotiation & { readonly targetPeerId: string; readonly candidate: Candidate }
    result: object
  }
}

interface FromPeer extends WithNegotiation {
  readonly from: string
  readonly targetPeerId: string
}

interface MeshEmits extends CommonEmits {
  'room:joined': MeshJoinResult
  'peer:joined': { readonly peerId: string; readonly userInfo?: UserInfo; readonly polite: boolean }
  'peer:left': { readonly peerId: string; readonly reason?: string }
  /** as another client has written it: see `signal-decoder.ts` */
  'webrtc:offer': FromPeer & { readonly offer: unknown }
  'webrtc:answer': FromPeer & { readonly answer: unknown }
  'webrtc:ice': FromPeer & { readonly candidate: unknown }
  'ice-servers': { readonly iceServers: ReadonlyArray<IceServer>; readonly expiresAt?: number }
}

export type MeshEmit = EmitOf<MeshEmits>

export const isMeshEmit = emitGuard<MeshEmits>({
  session: true,
  'server-shutdown': true,
  error: true,
  'room:joined': true,
  'peer:joined': true,
  'peer:left': true,
  'webrtc:offer': true,
  'webrtc:answer': true,
  'webrtc:ice': true,
  'ice-servers': true,
})
