import { z } from 'zod'
import type { RoutedSignal } from '../../application/ports/publisher.js'

/** An `RTCSessionDescriptionInit`, or its SDP alone. */
export const sessionDescription = (...types: ReadonlyArray<string>) =>
  z.union([z.string().min(1), z.object({ type: z.enum(types).optional(), sdp: z.string() })])

/** An `RTCIceCandidateInit`, or its line alone. `null` or an empty candidate ends the list. */
export const candidateInit = z.union([
  z.string(),
  z.null(),
  z.object({
    candidate: z.string().optional(),
    sdpMid: z.string().nullish(),
    sdpMLineIndex: z.number().int().nonnegative().nullish(),
    usernameFragment: z.string().nullish(),
  }),
])

/** The sender's id of one offer, also in its answer and its candidates: a rising number, or any text (M-7). */
export const negotiation = z.union([z.number().int(), z.string().min(1).max(200)]).optional()

/** The content of a signal, under the field names that picker and mesh share. */
export const signalFields = ({ signal: { kind, negotiation: id }, content }: RoutedSignal): object => ({
  [kind]: kind === 'candidate' ? unwrapCandidate(content) : content,
  ...(id === null ? {} : { negotiation: id }),
})

/** simple-peer and similar clients wrap a candidate: `{ type: 'candidate', candidate: { candidate, sdpMid } }`. */
const unwrapCandidate = (content: unknown): unknown => {
  if (typeof content !== 'object' || content === null || !('candidate' in content)) return content
  const isWrapped = 'type' in content || typeof content.candidate !== 'string'
  return isWrapped ? content.candidate : content
}
