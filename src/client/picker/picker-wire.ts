import type { DrawMember, DrawProof } from '../fairness/proof.js'
import type { IceServer } from '../mesh/webrtc.js'
import type { Session, Stamp, WireError } from '../wire.js'

/** The picker's words on namespace `/`, as wire.md has them. */

export type PickerRole = 'broadcaster' | 'viewer'

export interface JoinRequest {
  readonly room?: string
  readonly name?: string
  readonly token?: string
}

export interface NextDraw {
  readonly drawNo: number
  readonly commitment: string
}

/** A draw that was running when its reader joined. */
export interface DrawUnderWay {
  readonly drawId: string
  /** not told by every server */
  readonly drawNo?: number
  readonly commitment?: string
  readonly members: ReadonlyArray<DrawMember>
  readonly tick: number
  /** none before the first tick */
  readonly member?: DrawMember | null
  readonly startedAt: number
}

export interface JoinResult {
  readonly room: string
  readonly memberId: string
  readonly role: PickerRole
  readonly broadcasterId?: string | null
  readonly viewers: number
  /** told to the broadcaster, by servers that know that it may have come back without its list */
  readonly watchers?: ReadonlyArray<{ readonly viewerId: string; readonly name?: string }>
  readonly draw?: DrawUnderWay | null
  readonly next?: NextDraw | null
  readonly iceServers?: ReadonlyArray<IceServer>
}

export interface RecentDraw {
  readonly drawNo: number
  readonly drawId: string
  /** epoch ms by the engine's clock */
  readonly at: number
  readonly members: number
  readonly winner: DrawMember | null
  readonly cancelled: boolean
}

/** A viewer's is for the broadcaster, unless it names somebody. */
interface Signal {
  target?: string
  negotiation?: string | number
}

interface PassedSignal {
  from: string
  target: string
  negotiation?: string | number
}

export interface PickerRequests {
  'broadcaster-join': { request: JoinRequest; result: JoinResult }
  'viewer-join': { request: JoinRequest; result: JoinResult }
  startRandom: {
    request: { members: ReadonlyArray<string | { id?: string; name: string }>; nonce?: string }
    result: { drawId: string; drawNo: number; commitment: string }
  }
  cancelRandom: { request: Record<string, never>; result: { drawId: string } }
  'contribute-entropy': { request: { entropy: string }; result: { drawNo: number } }
  'remove-member': { request: { memberId: string }; result: object }
  leave: { request: Record<string, never>; result: object }
  offer: { request: Signal & { offer: unknown }; result: object }
  answer: { request: Signal & { answer: unknown }; result: object }
  'ice-candidate': { request: Signal & { candidate: unknown }; result: object }
  'join-activity-request': {
    request: { activity: 'random-picker' }
    result: { activity: string; state?: { draws?: ReadonlyArray<RecentDraw> } }
  }
}

/** What the server emits of its own accord. */
export interface PickerEmits {
  session: Session
  'server-shutdown': { reconnectInMs: number }
  error: WireError
  'broadcaster-joined': { broadcasterId: string; name?: string }
  'broadcaster-left': { broadcasterId: string; name?: string }
  'viewer-joined': { viewerId: string; name?: string }
  'viewer-left': { viewerId: string; name?: string }
  'viewer-count-update': { count: number }
  offer: PassedSignal & { offer: unknown }
  answer: PassedSignal & { answer: unknown }
  'ice-candidate': PassedSignal & { candidate: unknown }
  'ice-servers': { iceServers: ReadonlyArray<IceServer>; expiresAt?: number }
  randomCommitted: NextDraw
  randomStarted: {
    drawId: string
    drawNo: number
    members: ReadonlyArray<DrawMember>
    ticks: number
    intervalMs: number
    commitment: string
  }
  randomHighlight: { drawId: string; tick: number; index: number; member: DrawMember }
  randomComplete: { drawId: string; index: number; winner: DrawMember; proof: DrawProof }
  randomCancelled: { drawId: string; reason?: string; proof: DrawProof }
  removed: { reason?: string }
}

export type PickerEmit = {
  [E in keyof PickerEmits]: { readonly event: E; readonly payload: PickerEmits[E] & Stamp }
}[keyof PickerEmits]

const emitNames: { readonly [E in keyof PickerEmits]: true } = {
  session: true,
  'server-shutdown': true,
  error: true,
  'broadcaster-joined': true,
  'broadcaster-left': true,
  'viewer-joined': true,
  'viewer-left': true,
  'viewer-count-update': true,
  offer: true,
  answer: true,
  'ice-candidate': true,
  'ice-servers': true,
  randomCommitted: true,
  randomStarted: true,
  randomHighlight: true,
  randomComplete: true,
  randomCancelled: true,
  removed: true,
}

/**
 * The boundary to the wire: the server's schemas check what it emits, so the client looks at the name alone. What must
 * not be believed, a proof, is read field by field in `fairness/proof.ts`.
 */
export const isPickerEmit = (heard: { event: string; payload: unknown }): heard is PickerEmit =>
  Object.hasOwn(emitNames, heard.event) && typeof heard.payload === 'object' && heard.payload !== null
