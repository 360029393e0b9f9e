import type { Peer, PeerPorts } from '../mesh/peer.js'
import { peerGroup } from '../mesh/peer-group.js'
import type { PeerMedia, Source } from '../mesh/peer-media.js'
import { decodeSignal, type PeerSignal } from '../mesh/peer-signal.js'
import { webRtcPorts, type MediaTrack, type WebRtcPorts } from '../mesh/webrtc.js'
import { after, newId } from '../client-ports.js'
import { publisher, type StateSource } from '../room-client.js'
import type { Answer } from '../wire.js'
import type { PickerClient } from './picker-client.js'
import type { JoinResult, PickerEmit } from './picker-wire.js'

/** What a browser offers is the default of each port. */
export interface BroadcastPorts<Track extends MediaTrack, Stream>
  extends Partial<WebRtcPorts<Track, Stream>>, Partial<Pick<PeerPorts<Track, Stream>, 'newId' | 'after'>> {}

export interface BroadcastState<Track> {
  /** what a viewer gets from the broadcaster; `null`: nothing is shown */
  readonly shown: PeerMedia<Track> | null
  /** to how many viewers the broadcaster is connected */
  readonly reached: number
}

/**
 * The media of a room's broadcaster, straight to each viewer. Nothing is connected before the broadcaster shows
 * something; from then on it offers to each viewer who is there or joins, and a viewer answers the broadcaster alone.
 */
export interface Broadcast<Track> extends StateSource<BroadcastState<Track>> {
  /** of the broadcaster; `track: null` turns the source off */
  publish(source: Source, track: Track | null): void
  close(): void
}

/** Each viewer gets a stream of its own, and a home's uplink carries no more than these. */
export const maxBroadcastViewers = 24

const hasMedia = (media: PeerMedia<unknown>): boolean =>
  media.camera !== null || media.screen !== null || (media.sound.length > 0 && !media.isMuted)

export const pickerBroadcast = <Track extends MediaTrack, Stream = unknown>(
  client: PickerClient,
  options: BroadcastPorts<Track, Stream> = {},
): Broadcast<Track> => {
  const ports = { after, newId, ...webRtcPorts<Track, Stream>(options), ...options }
  let viewers: ReadonlyArray<string> = []
  let role: JoinResult['role'] | null = null
  let memberId: string | null = null
  let broadcasterId: string | null = null
  let hasBegun = false

  const { changed, clear, ...source } = publisher((): BroadcastState<Track> => {
    const media =
      broadcasterId === null || role !== 'viewer' ? null : (peers.get(broadcasterId)?.media() ?? null)
    const reached = [...peers.values()].filter((one) => one.media().connection === 'connected').length
    return {
      shown: media !== null && hasMedia(media) ? media : null,
      reached: role === 'viewer' ? 0 : reached,
    }
  })

  const sendSignal = (target: string, signal: PeerSignal): Promise<Answer<object>> => {
    const { kind, negotiation } = signal
    const to = { target, ...(negotiation !== null && { negotiation }) }
    switch (kind) {
      case 'offer':
        return client.request('offer', { ...to, offer: signal.description })
      case 'answer':
        return client.request('answer', { ...to, answer: signal.description })
      case 'candidate':
        return client.request('ice-candidate', { ...to, candidate: signal.candidate })
    }
  }

  const group = peerGroup<Track, Stream>({ ...ports, changed }, sendSignal)
  const { peers } = group

  const connect = (id: string): Peer<Track> =>
    group.connect(id, { isPolite: role !== 'broadcaster', offersFirst: role === 'broadcaster' })

  const disconnect = (id: string): void => {
    group.disconnect(id)
    changed()
  }

  const disconnectAll = (): void => {
    for (const id of peers.keys()) disconnect(id)
  }

  const offerToViewers = (): void => {
    if (role !== 'broadcaster' || !hasBegun) return
    for (const id of viewers) if (peers.size < maxBroadcastViewers && !peers.has(id)) connect(id)
  }

  const joined = (result: JoinResult): void => {
    // With another member id or role, the far ends have to connect to a new peer.
    if (result.memberId !== memberId || result.role !== role) {
      disconnectAll()
      viewers = []
    }
    memberId = result.memberId
    role = result.role
    group.setIceServers(result.iceServers ?? [])
    if (role === 'viewer') setBroadcaster(result.broadcasterId ?? null)
    if (result.watchers !== undefined) {
      viewers = result.watchers.map(({ viewerId }) => viewerId)
      for (const id of peers.keys()) if (!viewers.includes(id)) disconnect(id)
    }
    group.resumeSignals()
    offerToViewers()
  }

  const setBroadcaster = (next: string | null): void => {
    if (role === 'viewer' && broadcasterId !== null && broadcasterId !== next) disconnect(broadcasterId)
    broadcasterId = next
  }

  /** A viewer accepts signals of the broadcaster alone, and the broadcaster those of viewers to whom it has offered. */
  const receiveSignal = (
    kind: PeerSignal['kind'],
    payload: { readonly from: string; readonly negotiation?: string | number },
    content: unknown,
  ): void => {
    const { from } = payload
    const signal = decodeSignal(kind, payload, content)
    if (signal === null || (role === 'viewer' && from !== broadcasterId)) return
    const sender = peers.get(from) ?? (role === 'viewer' && kind === 'offer' ? connect(from) : undefined)
    sender?.receive(signal)
  }

  const receive = (emit: PickerEmit): void => {
    switch (emit.event) {
      case 'session':
        for (const { from } of emit.payload.signalsLost ?? []) peers.get(from)?.renegotiate()
        return
      case 'broadcaster-joined':
        return setBroadcaster(emit.payload.broadcasterId)
      case 'broadcaster-left':
        return broadcasterId === emit.payload.broadcasterId ? setBroadcaster(null) : undefined
      case 'viewer-joined':
        viewers = [...viewers.filter((id) => id !== emit.payload.viewerId), emit.payload.viewerId]
        return offerToViewers()
      case 'viewer-left':
        viewers = viewers.filter((id) => id !== emit.payload.viewerId)
        disconnect(emit.payload.viewerId)
        return offerToViewers()
      case 'offer':
        return receiveSignal('offer', emit.payload, emit.payload.offer)
      case 'answer':
        return receiveSignal('answer', emit.payload, emit.payload.answer)
      case 'ice-candidate':
        return receiveSignal('candidate', emit.payload, emit.payload.candidate)
      case 'ice-servers':
        return group.setIceServers(emit.payload.iceServers)
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

  const stop = client.listen({
    joined,
    received: receive,
    changed: (status) => {
      if (status.connection.type !== 'connected') group.pauseSignals()
      if (status.type === 'joined' || status.type === 'joining') return
      role = null
      disconnectAll()
    },
  })

  return {
    ...source,
    publish: (published, track) => {
      group.publish(published, track)
      hasBegun ||= track !== null
      offerToViewers()
    },
    close: () => {
      stop()
      disconnectAll()
      group.close()
      clear()
    },
  }
}
