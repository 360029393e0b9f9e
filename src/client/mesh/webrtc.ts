/**
 * As much of WebRTC as a call needs (https://www.w3.org/TR/webrtc/): an `RTCPeerConnection` is a
 * `PeerConnection<MediaStreamTrack, MediaStream>`. Declared here, so that the SDK compiles, and is tested, without a browser.
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
  /** the same on both sides, once it is negotiated */
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

type PeerConnectionEvent = 'negotiationneeded' | 'iceconnectionstatechange' | 'signalingstatechange' | 'track'

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
  addEventListener(type: PeerConnectionEvent, listener: () => void): void
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

export interface WebRtcPorts<Track extends MediaTrack, Stream> {
  readonly newPeerConnection: (configuration: { iceServers: IceServer[] }) => PeerConnection<Track, Stream>
  /** the stream of all local tracks, so that the far end plays sound and video in step */
  readonly stream: Stream
}

declare const RTCPeerConnection: new <Track, Stream>(configuration: {
  iceServers: IceServer[]
}) => PeerConnection<Track, Stream>

declare const MediaStream: new <Stream>() => Stream

/** The browser's own, where a port is left out. */
export const webRtcPorts = <Track extends MediaTrack, Stream>(
  ports: Partial<WebRtcPorts<Track, Stream>>,
): WebRtcPorts<Track, Stream> => ({
  newPeerConnection: ports.newPeerConnection ?? ((configuration) => new RTCPeerConnection(configuration)),
  stream: ports.stream ?? new MediaStream<Stream>(),
})
