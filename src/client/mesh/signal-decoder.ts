import type { Candidate, Description } from './webrtc.js'

/** Other clients send the SDP alone, or leave out the type that the event's name already gives. */
export const decodeDescription = (type: 'offer' | 'answer', sent: unknown): Description | null => {
  if (typeof sent === 'string') return { type, sdp: sent }
  if (typeof sent !== 'object' || sent === null || !('sdp' in sent)) return null
  return typeof sent.sdp === 'string' ? { type, sdp: sent.sdp } : null
}

const textIn = (sent: object, field: string): string | null => {
  const value: unknown = Object.entries(sent).find(([name]) => name === field)?.[1]
  return typeof value === 'string' ? value : null
}

/** `null` ends the list. A line alone belongs to the first medium, as all lines do when media are bundled. */
export const decodeCandidate = (sent: unknown): Candidate | null => {
  if (typeof sent === 'string') return sent === '' ? null : { candidate: sent, sdpMLineIndex: 0 }
  if (typeof sent !== 'object' || sent === null) return null
  const index = 'sdpMLineIndex' in sent && typeof sent.sdpMLineIndex === 'number' ? sent.sdpMLineIndex : null
  const candidate = textIn(sent, 'candidate')
  const sdpMid = textIn(sent, 'sdpMid')
  if (candidate === null || candidate === '') return null
  return {
    candidate,
    sdpMid,
    // A browser rejects a candidate with neither `sdpMid` nor `sdpMLineIndex`.
    sdpMLineIndex: index ?? (sdpMid === null ? 0 : null),
    usernameFragment: textIn(sent, 'usernameFragment'),
  }
}
