import type { Candidate, Description } from './webrtc.js'

/** Others' clients send the SDP alone, or leave out what the event's name says already. */
export const readDescription = (type: 'offer' | 'answer', said: unknown): Description | null => {
  if (typeof said === 'string') return { type, sdp: said }
  if (typeof said !== 'object' || said === null || !('sdp' in said)) return null
  return typeof said.sdp === 'string' ? { type, sdp: said.sdp } : null
}

const textIn = (said: object, field: string): string | null => {
  const found: unknown = Object.entries(said).find(([name]) => name === field)?.[1]
  return typeof found === 'string' ? found : null
}

/** `null`: there are no more. A line alone belongs to the first medium, as all do when they are bundled. */
export const readCandidate = (said: unknown): Candidate | null => {
  const line = typeof said === 'string' ? said : null
  if (line !== null) return line === '' ? null : { candidate: line, sdpMLineIndex: 0 }
  if (typeof said !== 'object' || said === null) return null
  const index = 'sdpMLineIndex' in said && typeof said.sdpMLineIndex === 'number' ? said.sdpMLineIndex : null
  const candidate = textIn(said, 'candidate')
  const sdpMid = textIn(said, 'sdpMid')
  if (candidate === null || candidate === '') return null
  return {
    candidate,
    sdpMid,
    // Without a place a browser refuses the candidate.
    sdpMLineIndex: index ?? (sdpMid === null ? 0 : null),
    usernameFragment: textIn(said, 'usernameFragment'),
  }
}
