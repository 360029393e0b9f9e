import type { Highlight, WitnessedDraw } from '../fairness/check-draw.js'
import type { Contribution, DrawMember, DrawProof } from '../fairness/proof.js'
import type {
  RunningDrawSnapshot,
  JoinResult,
  NextDraw,
  PickerEmit,
  PickerEmits,
  RecentDraw,
} from './picker-wire.js'

export interface Viewer {
  readonly viewerId: string
  readonly name?: string
}

export interface RunningDraw {
  readonly drawId: string
  /** unknown to a member who joined during the draw, on servers that do not send it */
  readonly drawNo: number | null
  readonly members: ReadonlyArray<DrawMember>
  readonly commitment: string | null
  readonly tick: number
  readonly member: DrawMember | null
  /** those that arrived here, which may have gaps */
  readonly highlights: ReadonlyArray<Highlight>
}

export interface PastDraw {
  readonly drawId: string
  readonly drawNo: number
  readonly at: number | null
  readonly memberCount: number
  readonly winner: DrawMember | null
  readonly cancelled: boolean
  /** none for draws that ended before this client came */
  readonly proof: DrawProof | null
  readonly seen: WitnessedDraw
}

/** The proof of each draw and what was seen of it, by `drawId`. */
export type StoredProofs = Readonly<
  Record<string, { readonly proof: DrawProof; readonly seen: WitnessedDraw }>
>

/** A room as this client has seen it: a fold of its signals. */
export interface PickerRoom {
  readonly me: { readonly room: string; readonly memberId: string; readonly role: JoinResult['role'] } | null
  readonly broadcasterId: string | null
  readonly viewerCount: number
  readonly viewers: ReadonlyArray<Viewer>
  readonly next: NextDraw | null
  readonly draw: RunningDraw | null
  /** newest first */
  readonly past: ReadonlyArray<PastDraw>
  readonly commitments: Readonly<Record<number, string>>
  /** what this client contributed, by the number of the draw */
  readonly contributed: Readonly<Record<number, Contribution>>
}

export type RoomSignal =
  | { readonly type: 'joined'; readonly result: JoinResult }
  | { readonly type: 'emit'; readonly emit: PickerEmit }
  | { readonly type: 'contributed'; readonly drawNo: number; readonly contribution: Contribution }
  /** the room's own list, and the proofs that this client stored before a reload */
  | {
      readonly type: 'recent-draws'
      readonly draws: ReadonlyArray<RecentDraw>
      readonly proofs: StoredProofs
    }

export const emptyRoom: PickerRoom = {
  me: null,
  broadcasterId: null,
  viewerCount: 0,
  viewers: [],
  next: null,
  draw: null,
  past: [],
  commitments: {},
  contributed: {},
}

/** Each proof holds its list of up to ten thousand names, and a page may stay open for weeks. */
const maxPastDraws = 50

const withAnnouncement = (room: PickerRoom, next: NextDraw): PickerRoom => ({
  ...room,
  next,
  // The first announcement binds: a later one for the same draw must not replace it.
  commitments: { [next.drawNo]: next.commitment, ...room.commitments },
})

const runningDraw = (room: PickerRoom, draw: RunningDrawSnapshot): RunningDraw => {
  const previous = room.draw?.drawId === draw.drawId ? room.draw : null
  if (previous !== null && previous.tick >= draw.tick) return previous
  return {
    drawId: draw.drawId,
    drawNo: previous?.drawNo ?? draw.drawNo ?? null,
    members: draw.members,
    commitment: previous?.commitment ?? draw.commitment ?? null,
    tick: draw.tick,
    member: draw.member ?? null,
    highlights: previous?.highlights ?? [],
  }
}

const withJoin = (room: PickerRoom, result: JoinResult): PickerRoom => {
  const { memberId, role, viewers: viewerCount, watchers, broadcasterId, draw, next } = result
  const previous = room.me?.room === result.room ? room : emptyRoom
  const joined: PickerRoom = {
    ...previous,
    me: { room: result.room, memberId, role },
    broadcasterId: role === 'broadcaster' ? memberId : (broadcasterId ?? null),
    viewerCount,
    viewers: role === 'broadcaster' ? (watchers ?? previous.viewers) : [],
    draw: draw === undefined || draw === null ? null : runningDraw(previous, draw),
  }
  return next === undefined || next === null ? joined : withAnnouncement(joined, next)
}

const withStart = (
  room: PickerRoom,
  { drawId, drawNo, members, commitment }: PickerEmits['randomStarted'],
): PickerRoom => ({
  ...room,
  draw: { drawId, drawNo, members, commitment, tick: 0, member: null, highlights: [] },
})

const withHighlight = (room: PickerRoom, drawId: string, highlight: Highlight): PickerRoom => {
  const { draw } = room
  if (draw === null || draw.drawId !== drawId || highlight.tick <= draw.tick) return room
  const { tick, member } = highlight
  return { ...room, draw: { ...draw, tick, member, highlights: [...draw.highlights, highlight] } }
}

const byNewest = (a: PastDraw, b: PastDraw): number => b.drawNo - a.drawNo

const withPast = (room: PickerRoom, draw: PastDraw): PickerRoom => ({
  ...room,
  past: [draw, ...room.past.filter(({ drawId }) => drawId !== draw.drawId)]
    .toSorted(byNewest)
    .slice(0, maxPastDraws),
})

type DrawEnd = Extract<PickerEmit, { event: 'randomComplete' | 'randomCancelled' }>

const withEnd = (room: PickerRoom, emit: DrawEnd): PickerRoom => {
  const { drawId, proof, at } = emit.payload
  const { drawNo } = proof
  const running = room.draw?.drawId === drawId ? room.draw : null
  const announced = room.commitments[drawNo]
  const own = room.contributed[drawNo]
  const complete =
    emit.event === 'randomComplete' ? { index: emit.payload.index, winner: emit.payload.winner } : null
  const seen: WitnessedDraw = {
    ...(room.me !== null && { room: room.me.room }),
    drawNo: running?.drawNo ?? drawNo,
    ...(announced !== undefined && { announcedCommitment: announced }),
    ...(running !== null && { lockedMembers: running.members }),
    ...(running !== null && running.commitment !== null && { startedCommitment: running.commitment }),
    highlights: running?.highlights ?? [],
    ...(complete !== null && { complete }),
    ...(own !== undefined && { ownContributions: [own] }),
  }
  const past: PastDraw = {
    drawId,
    drawNo,
    at: at ?? null,
    memberCount: proof.members.length,
    winner: complete?.winner ?? null,
    cancelled: complete === null,
    proof,
    seen,
  }
  return withPast({ ...room, draw: running === null ? room.draw : null }, past)
}

const withRecentDraws = (
  room: PickerRoom,
  draws: ReadonlyArray<RecentDraw>,
  proofs: StoredProofs,
): PickerRoom =>
  draws
    .filter(({ drawId }) => !room.past.some((one) => one.drawId === drawId))
    .reduce((folded, { members, ...draw }) => {
      const { proof = null, seen = {} } = proofs[draw.drawId] ?? {}
      return withPast(folded, { ...draw, memberCount: members, proof, seen })
    }, room)

const withoutViewer = (room: PickerRoom, viewerId: string): PickerRoom => ({
  ...room,
  viewers: room.viewers.filter((viewer) => viewer.viewerId !== viewerId),
})

const withEmit = (room: PickerRoom, emit: PickerEmit): PickerRoom => {
  switch (emit.event) {
    case 'session':
      // Without resumption the client is a new member of the room as it is now.
      return emit.payload.resumed ? room : { ...room, viewers: [], draw: null }
    case 'broadcaster-joined':
      return { ...withoutViewer(room, emit.payload.broadcasterId), broadcasterId: emit.payload.broadcasterId }
    case 'broadcaster-left':
      return room.broadcasterId === emit.payload.broadcasterId ? { ...room, broadcasterId: null } : room
    case 'viewer-joined': {
      const { viewerId, name } = emit.payload
      const viewer = name === undefined ? { viewerId } : { viewerId, name }
      const isListed = room.viewers.some((other) => other.viewerId === viewerId)
      const viewers = isListed
        ? room.viewers.map((other) => (other.viewerId === viewerId ? viewer : other))
        : [...room.viewers, viewer]
      return { ...room, viewers }
    }
    case 'viewer-left':
      return withoutViewer(room, emit.payload.viewerId)
    case 'viewer-count-update':
      return { ...room, viewerCount: emit.payload.count }
    case 'randomCommitted':
      return withAnnouncement(room, { drawNo: emit.payload.drawNo, commitment: emit.payload.commitment })
    case 'randomStarted':
      return withStart(room, emit.payload)
    case 'randomHighlight': {
      const { drawId, tick, index, member } = emit.payload
      return withHighlight(room, drawId, { tick, index, member })
    }
    case 'randomComplete':
    case 'randomCancelled':
      return withEnd(room, emit)
    case 'server-shutdown':
    case 'error':
    case 'offer':
    case 'answer':
    case 'ice-candidate':
    case 'ice-servers':
    case 'removed':
      return room
  }
}

export const evolveRoom = (room: PickerRoom, signal: RoomSignal): PickerRoom => {
  switch (signal.type) {
    case 'emit':
      return withEmit(room, signal.emit)
    case 'joined':
      return withJoin(room, signal.result)
    case 'contributed':
      return { ...room, contributed: { ...room.contributed, [signal.drawNo]: signal.contribution } }
    case 'recent-draws':
      return withRecentDraws(room, signal.draws, signal.proofs)
  }
}
