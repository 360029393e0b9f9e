import { peer, type Peer, type PeerPorts, type PeerSignal } from '../mesh/peer.js'
import type { PeerMedia, Source } from '../mesh/peer-media.js'
import { signalQueue } from '../mesh/signal-queue.js'
import { decodeCandidate, decodeDescription } from '../mesh/signal-decoder.js'
import { webRtcPorts, type IceServer, type MediaTrack, type WebRtcPorts } from '../mesh/webrtc.js'
import { after, newId } from '../client-ports.js'
import { publisher, type StateSource } from '../room-client.js'
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
  const tracks = new Map<Source, Track>()
  const peers = new Map<string, Peer<Track>>()
  const signals = signalQueue(ports)
  let viewers: ReadonlyArray<string> = []
  let role: JoinResult['role'] | null = null
  let memberId: string | null = null
  let broadcasterId: string | null = null
  let hasBegun = false
  let iceServers: ReadonlyArray<IceServer> = []

  const { changed, clear, ...source } = publisher((): BroadcastState<Track> => {
    const media =
      broadcasterId === null || role !== 'viewer' ? null : (peers.get(broadcasterId)?.media() ?? null)
    const reached = [...peers.values()].filter((one) => one.media().connection === 'connected').length
    return {
      shown: media !== null && hasMedia(media) ? media : null,
      reached: role === 'viewer' ? 0 : reached,
    }
  })

  const send = (target: string, signal: PeerSignal): void => {
    const { kind, negotiation } = signal
    const to = { target, ...(negotiation !== null && { negotiation }) }
    signals.enqueue({
      to: target,
      send: () => {
        switch (kind) {
          case 'offer':
            return client.request('offer', { ...to, offer: signal.offer })
          case 'answer':
            return client.request('answer', { ...to, answer: signal.answer })
          case 'ice':
            return client.request('ice-candidate', { ...to, candidate: signal.candidate })
        }
      },
    })
  }

  const connect = (id: string): Peer<Track> => {
    const isBroadcaster = role === 'broadcaster'
    const connected = peer<Track, Stream>(
      { ...ports, changed, send: (signal) => send(id, signal) },
      { isPolite: !isBroadcaster, offersFirst: isBroadcaster, iceServers, tracks },
    )
    peers.set(id, connected)
    return connected
  }

  const disconnect = (id: string): void => {
    signals.discard(id)
    peers.get(id)?.close()
    peers.delete(id)
    changed()
  }

  const disconnectAll = (): void => {
    for (const id of peers.keys()) disconnect(id)
  }

  const offerToViewers = (): void => {
    if (role !== 'broadcaster' || !hasBegun) return
    for (const id of viewers) if (peers.size < maxBroadcastViewers && !peers.has(id)) connect(id)
  }

  const setIceServers = (servers: ReadonlyArray<IceServer>): void => {
    iceServers = servers
    for (const one of peers.values()) one.setIceServers(servers)
  }

  const joined = (result: JoinResult): void => {
    // With another member id or role, the far ends have to connect to a new peer.
    if (result.memberId !== memberId || result.role !== role) {
      disconnectAll()
      viewers = []
    }
    memberId = result.memberId
    role = result.role
    setIceServers(result.iceServers ?? [])
    if (role === 'viewer') setBroadcaster(result.broadcasterId ?? null)
    if (result.watchers !== undefined) {
      viewers = result.watchers.map(({ viewerId }) => viewerId)
      for (const id of peers.keys()) if (!viewers.includes(id)) disconnect(id)
    }
    signals.resume()
    offerToViewers()
  }

  const setBroadcaster = (next: string | null): void => {
    if (role === 'viewer' && broadcasterId !== null && broadcasterId !== next) disconnect(broadcasterId)
    broadcasterId = next
  }

  /** A viewer accepts signals of the broadcaster alone, and the broadcaster those of viewers to whom it has offered. */
  const receiveSignal = (from: string, signal: PeerSignal): void => {
    if (role !== 'viewer') return peers.get(from)?.receive(signal)
    if (from !== broadcasterId) return
    const sender = peers.get(from) ?? (signal.kind === 'offer' ? connect(from) : undefined)
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
      case 'offer': {
        const { from, negotiation = null } = emit.payload
        const offer = decodeDescription('offer', emit.payload.offer)
        return offer === null ? undefined : receiveSignal(from, { kind: 'offer', negotiation, offer })
      }
      case 'answer': {
        const { from, negotiation = null } = emit.payload
        const answer = decodeDescription('answer', emit.payload.answer)
        return answer === null ? undefined : receiveSignal(from, { kind: 'answer', negotiation, answer })
      }
      case 'ice-candidate': {
        const { from, negotiation = null, candidate } = emit.payload
        return receiveSignal(from, { kind: 'ice', negotiation, candidate: decodeCandidate(candidate) })
      }
      case 'ice-servers':
        return setIceServers(emit.payload.iceServers)
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
      if (status.connection.type !== 'connected') signals.pause()
      if (status.type === 'joined' || status.type === 'joining') return
      role = null
      disconnectAll()
    },
  })

  return {
    ...source,
    publish: (published, track) => {
      if (track === null) tracks.delete(published)
      else tracks.set(published, track)
      for (const one of peers.values()) one.publish(published, track)
      hasBegun ||= track !== null
      offerToViewers()
    },
    close: () => {
      stop()
      disconnectAll()
      signals.clear()
      clear()
    },
  }
}
