import { begin, decide, offering, withdrawn, type Negotiation, type NegotiationId } from './negotiation.js'
import { mediaOf, type PeerMedia } from './peer-media.js'
import { presenceChannelId, presenceIn, presenceLabel, presenceText, readPresence } from './presence.js'
import type { Presence, Source } from './presence.js'
import { answerWithinMs, restartAfterMs } from './ice-restart.js'
import { turns } from './turns.js'
import { originOf } from './webrtc.js'
import type {
  Candidate,
  DataChannel,
  Description,
  IceServer,
  MediaTrack,
  PeerConnection,
  Sender,
} from './webrtc.js'

/** What goes to the far end, and what comes from there. */
export type LinkSignal =
  | { readonly kind: 'offer'; readonly negotiation: NegotiationId | null; readonly offer: Description }
  | { readonly kind: 'answer'; readonly negotiation: NegotiationId | null; readonly answer: Description }
  | { readonly kind: 'ice'; readonly negotiation: NegotiationId | null; readonly candidate: Candidate | null }

export interface LinkPorts<Track extends MediaTrack, Stream> {
  readonly newPeerConnection: (configuration: { iceServers: IceServer[] }) => PeerConnection<Track, Stream>
  /** what all tracks of this side belong to, so that a far end plays sound and picture in step */
  readonly stream: Stream
  readonly after: (delayMs: number, task: () => void) => () => void
  readonly newId: () => string
  readonly send: (signal: LinkSignal) => void
  readonly changed: () => void
}

export interface LinkOptions<Track> {
  /** this side gives way */
  readonly polite: boolean
  /** this side need not wait for the first offer of the other */
  readonly offersFirst: boolean
  readonly iceServers: ReadonlyArray<IceServer>
  readonly tracks: ReadonlyMap<Source, Track>
}

/** A connection to one peer: what it takes to keep it up, from the first offer to the last restart. */
export interface PeerLink<Track extends MediaTrack> {
  hear(signal: LinkSignal): void
  /** `track: null` turns the source off */
  publish(source: Source, track: Track | null): void
  /** looks for a new way between the two, at once */
  restart(): void
  /** what was under way is lost: an own offer is taken back, and made again with an ICE restart */
  beginAgain(): void
  configure(iceServers: ReadonlyArray<IceServer>): void
  media(): PeerMedia<Track>
  close(): void
}

/** Who has joined later offers first; should it be a client that waits for an offer, it gets one. */
const firstOfferAfterMs = 3_000

/** Candidates whose description has not come yet. */
const earlyAtMost = 256

export const peerLink = <Track extends MediaTrack, Stream>(
  { newPeerConnection, stream, after, newId, send, changed }: LinkPorts<Track, Stream>,
  { polite, offersFirst, iceServers, tracks: given }: LinkOptions<Track>,
): PeerLink<Track> => {
  const tracks = new Map(given)
  const senders = new Map<Source, Sender<Track>>()
  let servers = iceServers
  let state: Negotiation = begin(polite)
  let early: ReadonlyArray<{
    readonly negotiation: NegotiationId | null
    readonly candidate: Candidate | null
  }> = []
  let isWanted = false
  let waitsForFirstOffer = !offersFirst
  let isClosed = false
  let attempts = 0
  let unanswered = 0
  let presence: Presence | null = null
  let callOffRestart = (): void => {}
  let callOffAnswer = (): void => {}
  /** a description is set before the next signal is looked at */
  const inTurn = turns(() => isClosed)
  /** What was waited for may come when all is over. */
  const say = (signal: LinkSignal): void => {
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
        isWanted = true
        if (!waitsForFirstOffer) inTurn(offer)
      }),
    )
    pc.addEventListener('icecandidate', ({ candidate }) => {
      if (connection.pc === pc && candidate?.toJSON().candidate !== '')
        say({ kind: 'ice', negotiation: state.current, candidate: candidate?.toJSON() ?? endOfCandidates })
    })
    pc.addEventListener('iceconnectionstatechange', ifCurrent(watchOver))
    for (const happening of ['track', 'signalingstatechange'] as const)
      pc.addEventListener(happening, ifCurrent(changed))
    const channel = pc.createDataChannel(presenceLabel, { negotiated: true, id: presenceChannelId })
    channel.addEventListener('open', ifCurrent(tellPresence))
    channel.addEventListener('message', ({ data }) => {
      presence = readPresence(data) ?? presence
      changed()
    })
    senders.clear()
    for (const [source, track] of tracks) senders.set(source, pc.addTrack(track, stream))
    return { pc, channel }
  }

  const connectAnew = (): void => {
    connection.pc.close()
    presence = null
    early = []
    connection = connect()
  }

  const tellPresence = (): void => {
    const { pc, channel } = connection
    if (channel.readyState !== 'open') return
    const senderOf = (source: Source) => (tracks.has(source) ? senders.get(source) : undefined)
    channel.send(presenceText(presenceIn(pc.getTransceivers(), senderOf)))
  }

  const settled = (): void => {
    callOffAnswer()
    unanswered = 0
    tellPresence()
    changed()
  }

  const offer = async (): Promise<void> => {
    const { pc } = connection
    if (!isWanted || state.phase !== 'stable' || pc.signalingState !== 'stable') return
    isWanted = false
    const negotiation = newId()
    // The id first: candidates may come as soon as the description is set.
    state = offering(state, negotiation)
    try {
      await pc.setLocalDescription()
    } catch (error) {
      state = withdrawn(state)
      throw error
    }
    const description = pc.localDescription
    if (isClosed || description?.type !== 'offer') return
    say({ kind: 'offer', negotiation, offer: plain(description) })
    callOffAnswer()
    callOffAnswer = after(answerWithinMs(unanswered), () => {
      unanswered += 1
      beginAgain()
    })
  }

  const accept = async (
    { negotiation, offer: description }: Extract<LinkSignal, { readonly kind: 'offer' }>,
    isAnew: boolean,
  ): Promise<void> => {
    if (isAnew) connectAnew()
    waitsForFirstOffer = false
    // Whatever else is wanted is asked for by the browser itself, once this is agreed on.
    isWanted = false
    try {
      await connection.pc.setRemoteDescription(description)
    } catch {
      if (isClosed) return
      // The offer does not fit what was agreed on before: it comes from another connection.
      connectAnew()
      await connection.pc.setRemoteDescription(description)
    }
    await connection.pc.setLocalDescription()
    const answer = connection.pc.localDescription
    if (answer?.type === 'answer') say({ kind: 'answer', negotiation, answer: plain(answer) })
    await addEarly()
    settled()
  }

  const add = async (candidate: Candidate | null): Promise<void> => {
    try {
      await (candidate === null ? connection.pc.addIceCandidate() : connection.pc.addIceCandidate(candidate))
    } catch {
      // One that cannot be read, or is of an earlier way, costs itself alone.
    }
  }

  const addEarly = async (): Promise<void> => {
    const waiting = early
    early = []
    for (const one of waiting) await hearCandidate(one)
  }

  const hearCandidate = async (one: (typeof early)[number]): Promise<void> => {
    const { act } = decide({ type: 'candidate', negotiation: one.negotiation }, state)
    if (act.type === 'add-candidate') await add(one.candidate)
    else if (act.type === 'keep-candidate') early = [...early, one].slice(-earlyAtMost)
  }

  const hear = async (signal: LinkSignal): Promise<void> => {
    if (signal.kind === 'ice') return hearCandidate(signal)
    const description = signal.kind === 'offer' ? signal.offer : signal.answer
    const { negotiation } = signal
    const { next, act } = decide({ type: signal.kind, negotiation, origin: originOf(description) }, state)
    state = next
    if (act.type === 'accept' && signal.kind === 'offer') return accept(signal, act.anew)
    if (act.type === 'begin-anew') {
      isWanted = true
      connectAnew()
      return offer()
    }
    if (act.type !== 'conclude') return
    await connection.pc.setRemoteDescription(description)
    await addEarly()
    settled()
  }

  const restart = (): void => {
    attempts += 1
    connection.pc.restartIce()
    watchOver()
  }

  const beginAgain = (): void => {
    inTurn(async () => {
      if (state.phase === 'offering') {
        state = withdrawn(state)
        await connection.pc.setLocalDescription({ type: 'rollback' })
      }
      connection.pc.restartIce()
      isWanted = true
      await offer()
    })
  }

  const watchOver = (): void => {
    callOffRestart()
    const { iceConnectionState } = connection.pc
    if (iceConnectionState === 'connected' || iceConnectionState === 'completed') attempts = 0
    const delayMs = restartAfterMs({ iceConnectionState, attempts, polite })
    callOffRestart = delayMs === null ? () => {} : after(delayMs, restart)
    changed()
  }

  let connection = connect()

  const callOffFirstOffer = after(firstOfferAfterMs, () => {
    waitsForFirstOffer = false
    if (isWanted) inTurn(offer)
  })

  return {
    hear: (signal) => inTurn(() => hear(signal)),
    publish: (source, track) => {
      if (track === null) tracks.delete(source)
      else tracks.set(source, track)
      const sender = senders.get(source)
      if (sender === undefined) {
        if (track !== null) senders.set(source, connection.pc.addTrack(track, stream))
        return
      }
      inTurn(async () => {
        await sender.replaceTrack(track)
        tellPresence()
      })
    },
    restart,
    beginAgain,
    configure: (next) => {
      servers = next
      connection.pc.setConfiguration({ iceServers: [...next] })
    },
    media: () => mediaOf(connection.pc, presence),
    close: () => {
      if (isClosed) return
      isClosed = true
      callOffFirstOffer()
      callOffRestart()
      callOffAnswer()
      connection.pc.close()
    },
  }
}

/** To each candidate list an end, in the form that every client can read. */
const endOfCandidates: Candidate = { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }

const plain = ({ type, sdp = '' }: Description): Description => ({ type, sdp })
