import { peerLink, type LinkPorts, type LinkSignal, type PeerLink } from '../mesh/peer.js'
import type { PeerMedia } from '../mesh/peer-media.js'
import { post } from '../mesh/signal-queue.js'
import type { Source } from '../mesh/presence.js'
import { readCandidate, readDescription } from '../mesh/signal-decoder.js'
import type { IceServer, MediaTrack } from '../mesh/webrtc.js'
import type { PickerClient, PickerSignal } from './picker-client.js'
import type { JoinResult, PickerEmit } from './picker-wire.js'

export interface BroadcastPorts<Track extends MediaTrack, Stream> extends Pick<
  LinkPorts<Track, Stream>,
  'newPeerConnection' | 'stream' | 'newId' | 'after'
> {
  readonly client: PickerClient
}

export interface BroadcastState<Track> {
  /** what a viewer sees and hears of the leader; `null`: nothing is shown */
  readonly shown: PeerMedia<Track> | null
  /** to how many viewers the leader is connected */
  readonly reached: number
}

/**
 * The picture of a room's broadcaster, straight to each viewer. Nothing is connected before the broadcaster shows
 * something; from then on it offers to whoever is there and whoever comes, and a viewer answers it and nobody else.
 */
export interface Broadcast<Track> {
  state(): BroadcastState<Track>
  subscribe(listener: (state: BroadcastState<Track>) => void): () => void
  /** of the broadcaster; `track: null` turns the source off */
  publish(source: Source, track: Track | null): void
  close(): void
}

/** Each viewer is sent a picture of its own, and a line at home carries no more than these. */
export const viewersReachedAtMost = 24

const shows = (media: PeerMedia<unknown>): boolean =>
  media.camera !== null || media.screen !== null || (media.sound.length > 0 && !media.isMuted)

export const pickerBroadcast = <Track extends MediaTrack, Stream>({
  client,
  ...ports
}: BroadcastPorts<Track, Stream>): Broadcast<Track> => {
  const listeners = new Set<(state: BroadcastState<Track>) => void>()
  const tracks = new Map<Source, Track>()
  const links = new Map<string, PeerLink<Track>>()
  const signals = post(ports)
  let viewers: ReadonlyArray<string> = []
  let role: JoinResult['role'] | null = null
  let memberId: string | null = null
  let leader: string | null = null
  let hasBegun = false
  let iceServers: ReadonlyArray<IceServer> = []

  const state = (): BroadcastState<Track> => {
    const media = leader === null || role !== 'viewer' ? null : (links.get(leader)?.media() ?? null)
    const reached = [...links.values()].filter((link) => link.media().connection === 'connected').length
    return { shown: media !== null && shows(media) ? media : null, reached: role === 'viewer' ? 0 : reached }
  }

  const changed = (): void => {
    if (listeners.size === 0) return
    const now = state()
    for (const listener of listeners) listener(now)
  }

  const put = (target: string, signal: LinkSignal): void => {
    const { kind, negotiation } = signal
    const to = { target, ...(negotiation !== null && { negotiation }) }
    const send = () => {
      switch (kind) {
        case 'offer':
          return client.request('offer', { ...to, offer: signal.offer })
        case 'answer':
          return client.request('answer', { ...to, answer: signal.answer })
        case 'ice':
          return client.request('ice-candidate', { ...to, candidate: signal.candidate })
      }
    }
    signals.put({ to: target, send })
  }

  const connect = (id: string): PeerLink<Track> => {
    const isLeader = role === 'broadcaster'
    const link = peerLink<Track, Stream>(
      { ...ports, changed, send: (signal) => put(id, signal) },
      { polite: !isLeader, offersFirst: isLeader, iceServers, tracks },
    )
    links.set(id, link)
    return link
  }

  const end = (id: string): void => {
    signals.drop(id)
    links.get(id)?.close()
    links.delete(id)
    changed()
  }

  const endAll = (): void => {
    for (const id of links.keys()) end(id)
  }

  /** To everybody who is there and has no connection yet, as far as the line carries. */
  const reach = (): void => {
    if (role !== 'broadcaster' || !hasBegun) return
    for (const id of viewers) if (links.size < viewersReachedAtMost && !links.has(id)) connect(id)
  }

  const renew = (servers: ReadonlyArray<IceServer>): void => {
    iceServers = servers
    for (const link of links.values()) link.configure(servers)
  }

  const enter = (result: JoinResult): void => {
    // Under another name or in another role it is another end of every connection.
    if (result.memberId !== memberId || result.role !== role) {
      endAll()
      viewers = []
    }
    memberId = result.memberId
    role = result.role
    renew(result.iceServers ?? [])
    if (role === 'viewer') lead(result.broadcasterId ?? null)
    if (result.watchers !== undefined) {
      viewers = result.watchers.map(({ viewerId }) => viewerId)
      for (const id of links.keys()) if (!viewers.includes(id)) end(id)
    }
    signals.open()
    reach()
  }

  const lead = (next: string | null): void => {
    if (role === 'viewer' && leader !== null && leader !== next) end(leader)
    leader = next
  }

  /** A viewer hears its leader, a leader whom it has offered to: nobody else can show anybody anything. */
  const pass = (from: string, signal: LinkSignal): void => {
    if (role !== 'viewer') return links.get(from)?.hear(signal)
    if (from !== leader) return
    const link = links.get(from) ?? (signal.kind === 'offer' ? connect(from) : undefined)
    link?.hear(signal)
  }

  const hear = (emit: PickerEmit): void => {
    switch (emit.event) {
      case 'session':
        for (const { from } of emit.payload.signalsLost ?? []) links.get(from)?.beginAgain()
        return
      case 'broadcaster-joined':
        return lead(emit.payload.broadcasterId)
      case 'broadcaster-left':
        return leader === emit.payload.broadcasterId ? lead(null) : undefined
      case 'viewer-joined':
        viewers = [...viewers.filter((id) => id !== emit.payload.viewerId), emit.payload.viewerId]
        return reach()
      case 'viewer-left':
        viewers = viewers.filter((id) => id !== emit.payload.viewerId)
        end(emit.payload.viewerId)
        return reach()
      case 'offer': {
        const { from, negotiation = null } = emit.payload
        const offer = readDescription('offer', emit.payload.offer)
        return offer === null ? undefined : pass(from, { kind: 'offer', negotiation, offer })
      }
      case 'answer': {
        const { from, negotiation = null } = emit.payload
        const answer = readDescription('answer', emit.payload.answer)
        return answer === null ? undefined : pass(from, { kind: 'answer', negotiation, answer })
      }
      case 'ice-candidate': {
        const { from, negotiation = null, candidate } = emit.payload
        return pass(from, { kind: 'ice', negotiation, candidate: readCandidate(candidate) })
      }
      case 'ice-servers':
        return renew(emit.payload.iceServers)
      case 'server-shutdown':
      case 'error':
      case 'viewer-count-update':
      case 'randomCommitted':
      case 'randomStarted':
      case 'randomHighlight':
      case 'randomComplete':
      case 'randomCancelled':
      case 'removed':
    }
  }

  const watch = (signal: PickerSignal): void => {
    if (signal.type === 'emit') return hear(signal.emit)
    if (signal.type === 'connection')
      return signal.connection.type === 'connected' ? undefined : signals.shut()
    switch (signal.membership.type) {
      case 'joined':
        return enter(signal.membership.result)
      case 'outside':
      case 'removed':
      case 'refused':
        role = null
        return endAll()
      case 'joining':
    }
  }

  const stop = client.subscribe(watch)

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish: (source, track) => {
      if (track === null) tracks.delete(source)
      else tracks.set(source, track)
      for (const link of links.values()) link.publish(source, track)
      hasBegun ||= track !== null
      reach()
    },
    close: () => {
      stop()
      endAll()
      signals.clear()
      listeners.clear()
    },
  }
}
