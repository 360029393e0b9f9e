import type { NegotiationId } from './negotiation.js'
import type { Candidate, Description } from './webrtc.js'

/** A negotiation message to or from the far end. */
export type PeerSignal = DescriptionSignal | CandidateSignal

export interface DescriptionSignal {
  readonly kind: 'offer' | 'answer'
  readonly negotiation: NegotiationId | null
  readonly description: Description
}

export interface CandidateSignal {
  readonly kind: 'candidate'
  readonly negotiation: NegotiationId | null
  /** `null` ends the list of candidates */
  readonly candidate: Candidate | null
}

/** The end of the candidate list, in the form that every client reads. */
export const endOfCandidates: Candidate = { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }

/** Only the fields that are sent, of the browser's own object. */
export const plainDescription = ({ type, sdp = '' }: Description): Description => ({ type, sdp })

/** Reads the content of a signal as another client wrote it; `null`: it has no SDP. */
export const decodeSignal = (
  kind: PeerSignal['kind'],
  { negotiation: id }: { readonly negotiation?: NegotiationId },
  content: unknown,
): PeerSignal | null => {
  const negotiation = id ?? null
  if (kind === 'candidate') return { kind, negotiation, candidate: decodeCandidate(content) }
  const description = decodeDescription(kind, content)
  return description === null ? null : { kind, negotiation, description }
}

/** Other clients send the SDP alone, or leave out the type that the event's name already gives. */
const decodeDescription = (type: 'offer' | 'answer', content: unknown): Description | null => {
  if (typeof content === 'string') return { type, sdp: content }
  if (typeof content !== 'object' || content === null || !('sdp' in content)) return null
  return typeof content.sdp === 'string' ? { type, sdp: content.sdp } : null
}

const textIn = (content: object, field: string): string | null => {
  const value: unknown = Object.entries(content).find(([name]) => name === field)?.[1]
  return typeof value === 'string' ? value : null
}

/** A line alone belongs to the first medium, as all lines do when media are bundled. */
const decodeCandidate = (content: unknown): Candidate | null => {
  if (typeof content === 'string') return content === '' ? null : { candidate: content, sdpMLineIndex: 0 }
  if (typeof content !== 'object' || content === null) return null
  const index =
    'sdpMLineIndex' in content && typeof content.sdpMLineIndex === 'number' ? content.sdpMLineIndex : null
  const candidate = textIn(content, 'candidate')
  const sdpMid = textIn(content, 'sdpMid')
  if (candidate === null || candidate === '') return null
  return {
    candidate,
    sdpMid,
    // A browser rejects a candidate with neither `sdpMid` nor `sdpMLineIndex`.
    sdpMLineIndex: index ?? (sdpMid === null ? 0 : null),
    usernameFragment: textIn(content, 'usernameFragment'),
  }
}

const originLine = /^o=\S+ (\S+) /m

/**
 * The session id of a description (`o=`, RFC 8866, 5.2), which is the same in all descriptions of one `RTCPeerConnection`
 * (RFC 8829, 5.2.2): another id means that the far end has a new connection.
 */
export const originOf = ({ sdp = '' }: Description): string | null => originLine.exec(sdp)?.[1] ?? null
