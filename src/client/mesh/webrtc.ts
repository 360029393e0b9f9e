/**
 * As much of WebRTC as a call needs, by the names that browsers give it (https://www.w3.org/TR/webrtc/): an
 * `RTCPeerConnection` is a `PeerConnection<MediaStreamTrack, MediaStream>` as it is. Spelt out here, so that the SDK
 * compiles, and can be tried, where there is no browser.
 */

export interface Description {
  readonly type: 'offer' | 'answer' | 'pranswer' | 'rollback'
  readonly sdp?: string
}

/** An empty `candidate` ends the list of them. */
export interface Candidate {
  readonly candidate?: string
  readonly sdpMid?: string | null
  readonly sdpMLineIndex?: number | null
  readonly usernameFragment?: string | null
}

export interface IceServer {
  readonly urls: string | string[]
  readonly username?: string
  readonly credential?: string
}

export interface Sender<Track> {
  replaceTrack(track: Track | null): Promise<void>
}

export interface Transceiver<Track> {
  /** the same on both sides, once it is agreed on */
  readonly mid: string | null
  readonly currentDirection: string | null
  readonly sender: Sender<Track>
  readonly receiver: { readonly track: Track }
}

export interface DataChannel {
  readonly readyState: string
  send(text: string): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

type Happening = 'negotiationneeded' | 'iceconnectionstatechange' | 'signalingstatechange' | 'track'

export interface PeerConnection<Track, Stream> {
  readonly signalingState: string
  readonly iceConnectionState: string
  readonly localDescription: Description | null
  setLocalDescription(description?: Description): Promise<void>
  setRemoteDescription(description: Description): Promise<void>
  addIceCandidate(candidate?: Candidate): Promise<void>
  restartIce(): void
  setConfiguration(configuration: { iceServers: IceServer[] }): void
  addTrack(track: Track, stream: Stream): Sender<Track>
  getTransceivers(): ReadonlyArray<Transceiver<Track>>
  createDataChannel(
    label: string,
    options: { readonly negotiated: boolean; readonly id: number },
  ): DataChannel
  close(): void
  addEventListener(type: Happening, listener: () => void): void
  addEventListener(
    type: 'icecandidate',
    listener: (event: { readonly candidate: { toJSON(): Candidate } | null }) => void,
  ): void
}

export interface MediaTrack {
  readonly id: string
  /** `audio` or `video` */
  readonly kind: string
}

const originLine = /^o=\S+ (\S+) /m

/**
 * Which connection a description comes from: its session id (`o=`, RFC 8866, 5.2), which one `RTCPeerConnection` keeps for
 * all its descriptions (RFC 8829, 5.2.2). Another one says that the far end has begun anew.
 */
export const originOf = ({ sdp = '' }: Description): string | null => originLine.exec(sdp)?.[1] ?? null
