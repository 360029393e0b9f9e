import { decide, initialNegotiation, withLocalOffer, withRollback } from './negotiation.js'
import type { Negotiation } from './negotiation.js'
import { answerTimeoutMs, restartAfterMs } from './ice-restart.js'
import { decodeSourceMids, encodeSourceMids, mediaOf, sourceMidsOf } from './peer-media.js'
import { sourceChannelId, sourceChannelLabel } from './peer-media.js'
import type { PeerMedia, Source, SourceMids } from './peer-media.js'
import { endOfCandidates, originOf, plainDescription } from './peer-signal.js'
import type { CandidateSignal, DescriptionSignal, PeerSignal } from './peer-signal.js'
import type {
  Candidate,
  DataChannel,
  IceServer,
  MediaTrack,
  PeerConnection,
  Sender,
  WebRtcPorts,
} from './webrtc.js'

export interface PeerPorts<Track extends MediaTrack, Stream> extends WebRtcPorts<Track, Stream> {
  readonly after: (delayMs: number, task: () => void) => () => void
  readonly newId: () => string
  readonly send: (signal: PeerSignal) => void
  readonly changed: () => void
}

export interface PeerOptions<Track> {
  /** this side gives way when both offer at once */
  readonly isPolite: boolean
  /** this side does not wait for an offer of the other */
  readonly offersFirst: boolean
  readonly iceServers: ReadonlyArray<IceServer>
  readonly tracks: ReadonlyMap<Source, Track>
}

/** The connection to one peer, which negotiates and restarts by itself until it is closed. */
export interface Peer<Track extends MediaTrack> {
  receive(signal: PeerSignal): void
  /** `track: null` turns the source off */
  publish(source: Source, track: Track | null): void
  /** an ICE restart, at once */
  restart(): void
  /** signals were lost: rolls a local offer back, and offers again with an ICE restart */
  renegotiate(): void
  setIceServers(iceServers: ReadonlyArray<IceServer>): void
  media(): PeerMedia<Track>
  close(): void
}

/** The peer that joined later offers first. If it waits for an offer itself, it gets one after this time. */
const firstOfferTimeoutMs = 3_000

/** Candidates whose description has not come yet. */
const maxBufferedCandidates = 256

export const peer = <Track extends MediaTrack, Stream>(
  { newPeerConnection, stream, after, newId, send, changed }: PeerPorts<Track, Stream>,
  { isPolite, offersFirst, iceServers, tracks: initialTracks }: PeerOptions<Track>,
): Peer<Track> => {
  const tracks = new Map(initialTracks)
  const senders = new Map<Source, Sender<Track>>()
  let servers = iceServers
  let state: Negotiation = initialNegotiation(isPolite)
  let buffered: ReadonlyArray<CandidateSignal> = []
  let needsOffer = false
  let waitsForFirstOffer = !offersFirst
  let isClosed = false
  let attempts = 0
  let unanswered = 0
  let mids: SourceMids | null = null
  let cancelRestart = (): void => {}
  let cancelAnswerTimeout = (): void => {}
  let operations = Promise.resolve()

  /** One operation after another, so that a description is set before the next signal is read. */
  const chain = (operation: () => Promise<void>): void => {
    operations = operations.then(async () => {
      if (isClosed) return
      try {
        await operation()
      } catch {
        // A failed connection shows in its state, and the ICE restart recovers it.
      }
    })
  }

  const sendIfOpen = (signal: PeerSignal): void => {
    if (!isClosed) send(signal)
  }

  const connect = (): { readonly pc: PeerConnection<Track, Stream>; readonly channel: DataChannel } => {
    const pc = newPeerConnection({ iceServers: [...servers] })
    const ifCurrent = (task: () => void) => (): void => {
      if (!isClosed && connection.pc === pc) task()
    }
    pc.addEventListener(
      'negotiationneeded',
      ifCurrent(() => {
        needsOffer = true
        if (!waitsForFirstOffer) chain(offer)
      }),
    )
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (connection.pc === pc && candidate?.toJSON().candidate !== '')
        sendIfOpen({
          kind: 'candidate',
          negotiation: state.current,
          candidate: candidate?.toJSON() ?? endOfCandidates,
        })
    })
    pc.addEventListener('iceconnectionstatechange', ifCurrent(watchIce))
    for (const event of ['track', 'signalingstatechange'] as const)
      pc.addEventListener(event, ifCurrent(changed))
    const channel = pc.createDataChannel(sourceChannelLabel, { negotiated: true, id: sourceChannelId })
    channel.addEventListener('open', ifCurrent(sendSourceMids))
    channel.addEventListener('message', ({ data }) => {
      mids = decodeSourceMids(data) ?? mids
      changed()
    })
    senders.clear()
    for (const [source, track] of tracks) senders.set(source, pc.addTrack(track, stream))
    return { pc, channel }
  }

  const reconnect = (): void => {
    connection.pc.close()
    mids = null
    buffered = []
    connection = connect()
  }

  const sendSourceMids = (): void => {
    const { pc, channel } = connection
    if (channel.readyState !== 'open') return
    const senderOf = (source: Source) => (tracks.has(source) ? senders.get(source) : undefined)
    channel.send(encodeSourceMids(sourceMidsOf(pc.getTransceivers(), senderOf)))
  }

  const negotiated = (): void => {
    cancelAnswerTimeout()
    unanswered = 0
    sendSourceMids()
    changed()
  }

  const offer = async (): Promise<void> => {
    const { pc } = connection
    if (!needsOffer || state.phase !== 'stable' || pc.signalingState !== 'stable') return
    needsOffer = false
    const negotiation = newId()
    // Before the description: its candidates may come at once, and carry the id.
    state = withLocalOffer(state, negotiation)
    try {
      await pc.setLocalDescription()
    } catch (error) {
      state = withRollback(state)
      throw error
    }
    const description = pc.localDescription
    if (isClosed || description?.type !== 'offer') return
    sendIfOpen({ kind: 'offer', negotiation, description: plainDescription(description) })
    cancelAnswerTimeout()
    cancelAnswerTimeout = after(answerTimeoutMs(unanswered), () => {
      unanswered += 1
      renegotiate()
    })
  }

  const applyOffer = async (
    { negotiation, description }: DescriptionSignal,
    onNewConnection: boolean,
  ): Promise<void> => {
    if (onNewConnection) reconnect()
    waitsForFirstOffer = false
    // The browser fires `negotiationneeded` again if something is still missing afterwards.
    needsOffer = false
    try {
      await connection.pc.setRemoteDescription(description)
    } catch {
      if (isClosed) return
      // The offer does not fit the earlier negotiation: it comes from another connection.
      reconnect()
      await connection.pc.setRemoteDescription(description)
    }
    await connection.pc.setLocalDescription()
    const answer = connection.pc.localDescription
    if (answer?.type === 'answer')
      sendIfOpen({ kind: 'answer', negotiation, description: plainDescription(answer) })
    await addBuffered()
    negotiated()
  }

  const add = async (candidate: Candidate | null): Promise<void> => {
    try {
      await (candidate === null ? connection.pc.addIceCandidate() : connection.pc.addIceCandidate(candidate))
    } catch {
      // An unreadable or outdated candidate must not end the connection.
    }
  }

  const addBuffered = async (): Promise<void> => {
    const signals = buffered
    buffered = []
    for (const signal of signals) await receiveCandidate(signal)
  }

  const receiveCandidate = async (signal: CandidateSignal): Promise<void> => {
    const { action } = decide({ type: 'candidate', negotiation: signal.negotiation }, state)
    if (action.type === 'add-candidate') await add(signal.candidate)
    else if (action.type === 'buffer-candidate')
      buffered = [...buffered, signal].slice(-maxBufferedCandidates)
  }

  const receive = async (signal: PeerSignal): Promise<void> => {
    if (signal.kind === 'candidate') return receiveCandidate(signal)
    const { kind, negotiation, description } = signal
    const { next, action } = decide({ type: kind, negotiation, origin: originOf(description) }, state)
    state = next
    if (action.type === 'apply-offer') return applyOffer(signal, action.onNewConnection)
    if (action.type === 'reconnect') {
      needsOffer = true
      reconnect()
      return offer()
    }
    if (action.type !== 'apply-answer') return
    await connection.pc.setRemoteDescription(description)
    await addBuffered()
    negotiated()
  }

  const restart = (): void => {
    attempts += 1
    connection.pc.restartIce()
    watchIce()
  }

  const renegotiate = (): void => {
    chain(async () => {
      if (state.phase === 'have-local-offer') {
        state = withRollback(state)
        await connection.pc.setLocalDescription({ type: 'rollback' })
      }
      connection.pc.restartIce()
      needsOffer = true
      await offer()
    })
  }

  const watchIce = (): void => {
    cancelRestart()
    const { iceConnectionState } = connection.pc
    if (iceConnectionState === 'connected' || iceConnectionState === 'completed') attempts = 0
    const delayMs = restartAfterMs({ iceConnectionState, attempts, isPolite })
    cancelRestart = delayMs === null ? () => {} : after(delayMs, restart)
    changed()
  }

  let connection = connect()

  const cancelFirstOffer = after(firstOfferTimeoutMs, () => {
    waitsForFirstOffer = false
    if (needsOffer) chain(offer)
  })

  return {
    receive: (signal) => chain(() => receive(signal)),
    publish: (source, track) => {
      if (track === null) tracks.delete(source)
      else tracks.set(source, track)
      const sender = senders.get(source)
      if (sender === undefined) {
        if (track !== null) senders.set(source, connection.pc.addTrack(track, stream))
        return
      }
      chain(async () => {
        await sender.replaceTrack(track)
        sendSourceMids()
      })
    },
    restart,
    renegotiate,
    setIceServers: (next) => {
      servers = next
      connection.pc.setConfiguration({ iceServers: [...next] })
    },
    media: () => mediaOf(connection.pc, mids),
    close: () => {
      if (isClosed) return
      isClosed = true
      cancelFirstOffer()
      cancelRestart()
      cancelAnswerTimeout()
      connection.pc.close()
    },
  }
}
