import { z } from 'zod'
import type { RoutedSignal } from '../../application/ports/publisher.js'

/** An `RTCSessionDescriptionInit`, or its SDP alone. */
export const sessionDescription = (...types: ReadonlyArray<string>) =>
  z.union([z.string().min(1), z.object({ type: z.enum(types).optional(), sdp: z.string() })])

/** An `RTCIceCandidateInit`, or its line alone. `null` and an empty candidate mean that there are no more. */
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

/** The sender's id for one offer and everything that belongs to it: a rising number, or any text. */
export const negotiation = z.union([z.number().int(), z.string().min(1).max(200)]).optional()

/** The fields of a signal, under the names that picker and mesh share. */
export const signalFields = ({ signal: { kind, negotiation: id }, content }: RoutedSignal): object => ({
  [kind]: kind === 'candidate' ? unwrapped(content) : content,
  ...(id === null ? {} : { negotiation: id }),
})

/** simple-peer, and clients like it, wrap a candidate: `{ type: 'candidate', candidate: { candidate, sdpMid } }`. */
const unwrapped = (content: unknown): unknown => {
  if (typeof content !== 'object' || content === null || !('candidate' in content)) return content
  const isWrapped = 'type' in content || typeof content.candidate !== 'string'
  return isWrapped ? content.candidate : content
}
