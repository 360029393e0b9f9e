import type { CommonEmits, Stamp } from '../wire.js'
import type { Candidate, Description, IceServer } from './webrtc.js'

/** The mesh's words on namespace `/`, as wire.md has them. */

interface UserInfo {
  readonly username?: string
}

/** Another peer. `polite` is about the peer that is named: it gives way when both have offered at once. */
export interface PeerEntry {
  readonly id: string
  readonly userId?: string
  readonly userInfo?: UserInfo
  readonly polite: boolean
}

export interface MeshJoinResult {
  readonly roomId: string
  /** one's own */
  readonly peerId: string
  /** the others */
  readonly peers: ReadonlyArray<PeerEntry>
  readonly iceServers: ReadonlyArray<IceServer>
}

/** Which offer an offer, an answer or a candidate belongs to. Others' clients need not say. */
interface OfNegotiation {
  readonly negotiation?: string | number
}

export interface MeshRequests {
  'join:room': {
    request: { readonly roomCode: string; readonly create?: boolean; readonly token?: string }
    result: MeshJoinResult
  }
  'leave:room': { request: Record<string, never>; result: object }
  'webrtc:offer': {
    request: OfNegotiation & { readonly targetPeerId: string; readonly offer: Description }
    result: object
  }
  'webrtc:answer': {
    request: OfNegotiation & { readonly targetPeerId: string; readonly answer: Description }
    result: object
  }
  'webrtc:ice': {
    request: OfNegotiation & { readonly targetPeerId: string; readonly candidate: Candidate }
    result: object
  }
}

interface FromPeer extends OfNegotiation {
  readonly from: string
  readonly targetPeerId: string
}

interface MeshEmits extends CommonEmits {
  'room:joined': MeshJoinResult
  'peer:joined': { readonly peerId: string; readonly userInfo?: UserInfo; readonly polite: boolean }
  'peer:left': { readonly peerId: string; readonly reason?: string }
  /** as another client has written them: see `reading.ts` */
  'webrtc:offer': FromPeer & { readonly offer: unknown }
  'webrtc:answer': FromPeer & { readonly answer: unknown }
  'webrtc:ice': FromPeer & { readonly candidate: unknown }
  'ice-servers': { readonly iceServers: ReadonlyArray<IceServer>; readonly expiresAt?: number }
}

export type MeshEmit = {
  [E in keyof MeshEmits]: { readonly event: E; readonly payload: MeshEmits[E] & Stamp }
}[keyof MeshEmits]

const emitNames: { readonly [E in keyof MeshEmits]: true } = {
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
}

/** The boundary to the wire, as `isPickerEmit`: names are looked at here, what peers say where it is used. */
export const isMeshEmit = (heard: { event: string; payload: unknown }): heard is MeshEmit =>
  Object.hasOwn(emitNames, heard.event) && typeof heard.payload === 'object' && heard.payload !== null
