import type { Highlight, WitnessedDraw } from '../fairness/check-draw.js'
import type { Contribution, DrawMember, DrawProof } from '../fairness/proof.js'
import type { PickerSignal } from './picker-client.js'
import type {
  DrawUnderWay,
  JoinResult,
  NextDraw,
  PickerEmit,
  PickerEmits,
  RecentDraw,
} from './picker-wire.js'

export interface Watcher {
  readonly viewerId: string
  readonly name?: string
}

export interface RunningDraw {
  readonly drawId: string
  /** not always told to those who come in the middle */
  readonly drawNo: number | null
  readonly members: ReadonlyArray<DrawMember>
  readonly commitment: string | null
  readonly tick: number
  readonly member: DrawMember | null
  /** those that arrived here; the draw's own have no gap */
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

/** What a draw can be checked with, by its `drawId`. */
export type Evidence = Readonly<Record<string, { readonly proof: DrawProof; readonly seen: WitnessedDraw }>>

/** A room as this client has seen it. Computed from signals alone. */
export interface PickerRoom {
  readonly me: { readonly room: string; readonly memberId: string; readonly role: JoinResult['role'] } | null
  readonly broadcasterId: string | null
  readonly viewerCount: number
  readonly watchers: ReadonlyArray<Watcher>
  readonly next: NextDraw | null
  readonly draw: RunningDraw | null
  /** newest first */
  readonly past: ReadonlyArray<PastDraw>
  readonly commitments: Readonly<Record<number, string>>
  /** what this client added, by the number of the draw */
  readonly contributed: Readonly<Record<number, Contribution>>
}

export type RoomSignal =
  | PickerSignal
  | { readonly type: 'contributed'; readonly drawNo: number; readonly contribution: Contribution }
  /** the room's own list, and what this client still has of them from before it was reloaded */
  | { readonly type: 'recent-draws'; readonly draws: ReadonlyArray<RecentDraw>; readonly evidence?: Evidence }

export const emptyRoom: PickerRoom = {
  me: null,
  broadcasterId: null,
  viewerCount: 0,
  watchers: [],
  next: null,
  draw: null,
  past: [],
  commitments: {},
  contributed: {},
}

/** Lists of ten thousand names are kept with every proof; a page open for weeks must not keep them all. */
const keptDraws = 50

const hears = (room: PickerRoom, next: NextDraw): PickerRoom => ({
  ...room,
  next,
  // The first announcement is the one that binds: a later one for the same draw must not replace it.
  commitments: { [next.drawNo]: next.commitment, ...room.commitments },
})

const joinedDraw = (room: PickerRoom, draw: DrawUnderWay): RunningDraw => {
  const known = room.draw?.drawId === draw.drawId ? room.draw : null
  if (known !== null && known.tick >= draw.tick) return known
  return {
    drawId: draw.drawId,
    drawNo: known?.drawNo ?? draw.drawNo ?? null,
    members: draw.members,
    commitment: known?.commitment ?? draw.commitment ?? null,
    tick: draw.tick,
    member: draw.member ?? null,
    highlights: known?.highlights ?? [],
  }
}

const joined = (room: PickerRoom, result: JoinResult): PickerRoom => {
  const { memberId, role, viewers, watchers, broadcasterId, draw, next } = result
  const same = room.me?.room === result.room ? room : emptyRoom
  const here: PickerRoom = {
    ...same,
    me: { room: result.room, memberId, role },
    broadcasterId: role === 'broadcaster' ? memberId : (broadcasterId ?? null),
    viewerCount: viewers,
    watchers: role === 'broadcaster' ? (watchers ?? same.watchers) : [],
    draw: draw === undefined || draw === null ? null : joinedDraw(same, draw),
  }
  return next === undefined || next === null ? here : hears(here, next)
}

const started = (
  room: PickerRoom,
  { drawId, drawNo, members, commitment }: PickerEmits['randomStarted'],
): PickerRoom => ({
  ...room,
  draw: { drawId, drawNo, members, commitment, tick: 0, member: null, highlights: [] },
})

const highlighted = (room: PickerRoom, drawId: string, highlight: Highlight): PickerRoom => {
  const { draw } = room
  if (draw === null || draw.drawId !== drawId || highlight.tick <= draw.tick) return room
  const { tick, member } = highlight
  return { ...room, draw: { ...draw, tick, member, highlights: [...draw.highlights, highlight] } }
}

const byNewest = (a: PastDraw, b: PastDraw): number => b.drawNo - a.drawNo

const withPast = (room: PickerRoom, ended: PastDraw): PickerRoom => ({
  ...room,
  past: [ended, ...room.past.filter(({ drawId }) => drawId !== ended.drawId)]
    .toSorted(byNewest)
    .slice(0, keptDraws),
})

type Ended = Extract<PickerEmit, { event: 'randomComplete' | 'randomCancelled' }>

const ended = (room: PickerRoom, emit: Ended): PickerRoom => {
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

const recalled = (room: PickerRoom, draws: ReadonlyArray<RecentDraw>, evidence: Evidence): PickerRoom =>
  draws
    .filter(({ drawId }) => !room.past.some((known) => known.drawId === drawId))
    .reduce((so, { members, ...draw }) => {
      const { proof = null, seen = {} } = evidence[draw.drawId] ?? {}
      return withPast(so, { ...draw, memberCount: members, proof, seen })
    }, room)

const left = (room: PickerRoom, viewerId: string): PickerRoom => ({
  ...room,
  watchers: room.watchers.filter((watcher) => watcher.viewerId !== viewerId),
})

const heard = (room: PickerRoom, emit: PickerEmit): PickerRoom => {
  switch (emit.event) {
    case 'session':
      // A session that was not taken up is a new member in a room as it is now.
      return emit.payload.resumed ? room : { ...room, watchers: [], draw: null }
    case 'broadcaster-joined':
      return { ...left(room, emit.payload.broadcasterId), broadcasterId: emit.payload.broadcasterId }
    case 'broadcaster-left':
      return room.broadcasterId === emit.payload.broadcasterId ? { ...room, broadcasterId: null } : room
    case 'viewer-joined': {
      const { viewerId, name } = emit.payload
      const watcher = name === undefined ? { viewerId } : { viewerId, name }
      const known = room.watchers.some((other) => other.viewerId === viewerId)
      const watchers = known
        ? room.watchers.map((other) => (other.viewerId === viewerId ? watcher : other))
        : [...room.watchers, watcher]
      return { ...room, watchers }
    }
    case 'viewer-left':
      return left(room, emit.payload.viewerId)
    case 'viewer-count-update':
      return { ...room, viewerCount: emit.payload.count }
    case 'randomCommitted':
      return hears(room, { drawNo: emit.payload.drawNo, commitment: emit.payload.commitment })
    case 'randomStarted':
      return started(room, emit.payload)
    case 'randomHighlight': {
      const { drawId, tick, index, member } = emit.payload
      return highlighted(room, drawId, { tick, index, member })
    }
    case 'randomComplete':
    case 'randomCancelled':
      return ended(room, emit)
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
      return heard(room, signal.emit)
    case 'membership':
      return signal.membership.type === 'joined' ? joined(room, signal.membership.result) : room
    case 'contributed':
      return { ...room, contributed: { ...room.contributed, [signal.drawNo]: signal.contribution } }
    case 'recent-draws':
      return recalled(room, signal.draws, signal.evidence ?? {})
    case 'connection':
      return room
  }
}
