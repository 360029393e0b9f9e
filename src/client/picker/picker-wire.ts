import type { DrawMember, DrawProof } from '../fairness/proof.js'
import type { IceServer } from '../mesh/webrtc.js'
import { emitGuard, type CommonEmits, type EmitOf } from '../wire.js'

/** The picker protocol on namespace `/`, as in wire.md. */

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
export interface RunningDrawSnapshot {
  readonly drawId: string
  /** not sent by every server */
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
  /** for the broadcaster, who may have come back without its list; not sent by every server */
  readonly watchers?: ReadonlyArray<{ readonly viewerId: string; readonly name?: string }>
  readonly draw?: RunningDrawSnapshot | null
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

/** Without `target`, a viewer sends it to the broadcaster. */
interface SentSignal {
  target?: string
  negotiation?: string | number
}

interface ReceivedSignal {
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
  offer: { request: SentSignal & { offer: unknown }; result: object }
  answer: { request: SentSignal & { answer: unknown }; result: object }
  'ice-candidate': { request: SentSignal & { candidate: unknown }; result: object }
  'join-activity-request': {
    request: { activity: 'random-picker' }
    result: { activity: string; state?: { draws?: ReadonlyArray<RecentDraw> } }
  }
}

export interface PickerEmits extends CommonEmits {
  'broadcaster-joined': { broadcasterId: string; name?: string }
  'broadcaster-left': { broadcasterId: string; name?: string }
  'viewer-joined': { viewerId: string; name?: string }
  'viewer-left': { viewerId: string; name?: string }
  'viewer-count-update': { count: number }
  offer: ReceivedSignal & { offer: unknown }
  answer: ReceivedSignal & { answer: unknown }
  'ice-candidate': ReceivedSignal & { candidate: unknown }
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

export type PickerEmit = EmitOf<PickerEmits>

export const isPickerEmit = emitGuard<PickerEmits>({
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
})
