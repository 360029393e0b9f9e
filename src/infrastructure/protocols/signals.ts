import { z } from 'zod'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoutedSignal } from '../../application/ports/publisher.js'
import type { Target } from '../../domain/signalling/index.js'
import type { ProtocolName } from '../../domain/room/index.js'
import type { Connection } from '../../application/sessions/index.js'
import type { SocketSessions as Hub } from '../transport/socket-sessions.js'
import type { Reply } from '../transport/reply.js'
import type { Handled, HandledInTurn } from './handler.js'
import { asking, inTurn, refusing } from './handler.js'

/** An `RTCSessionDescriptionInit`, or its SDP alone. Its text is nobody's business but its member's. */
const description = (types: ReadonlyArray<string>) =>
  z.union([z.string().min(1), z.object({ type: z.enum(types).optional(), sdp: z.string() })])

export const offer = description(['offer'])
export const answer = description(['answer', 'pranswer', 'rollback'])

/**
 * An `RTCIceCandidateInit`. `null` and an empty candidate say that there are no more; some clients send the line alone.
 */
export const candidate = z.union([
  z.string(),
  z.null(),
  z.object({
    candidate: z.string().optional(),
    sdpMid: z.string().nullish(),
    sdpMLineIndex: z.number().int().nonnegative().nullish(),
    usernameFragment: z.string().nullish(),
  }),
])

/** The sender's own name for one offer and all that answers it; counted, or any text. */
export const negotiation = z.union([z.number().int(), z.string().min(1).max(200)]).optional()

/** A signal as a vocabulary has decoded it. */
export interface Said {
  readonly to: Target
  readonly kind: string
  readonly negotiation?: string | number | undefined
  readonly content: unknown
}

/** Hands a signal to the room in which this connection is by the dialect. */
export const signalling = (
  hub: Hub,
  event: string,
  connection: Connection,
  dialect: ProtocolName,
  said: Said,
): HandledInTurn =>
  inTurn(connection, () => {
    const room = connection.current.get(dialect)
    return room === undefined
      ? refusing(hub, event, { type: 'not-in-room' })
      : signallingIn(hub, event, connection, dialect, room, said)
  })

export const signallingIn = (
  hub: Hub,
  event: string,
  { memberships }: Connection,
  dialect: ProtocolName,
  room: RoomId,
  { to, kind, negotiation: named, content }: Said,
): Handled => {
  const by = memberships.get(room)
  if (by === undefined) return refusing(hub, event, { type: 'not-in-room' })
  const signal = { to, dialect, kind, negotiation: named ?? null, bytes: bytesOf(content) }
  return asking(hub, event, room, { command: { type: 'signal', signal, content }, by, cause: null }, done)
}

const done = (): Reply => ({ success: true })

const bytesOf = (content: unknown): number => Buffer.byteLength(JSON.stringify(content) ?? '')

/** What a signal carries, as those vocabularies have it that know offers, answers and candidates only. */
const contentFor = ({ signal: { dialect, kind }, content }: RoutedSignal): unknown =>
  dialect === 'party' && kind === 'candidate' ? candidateIn(content) : content

/** A party's client wraps its candidates. */
const candidateIn = (content: unknown): unknown =>
  typeof content === 'object' && content !== null && 'candidate' in content ? content.candidate : content

/** The field that has it, under the same name in all of them. */
export const fieldsFor = (passed: RoutedSignal): object => {
  const { kind, negotiation: named } = passed.signal
  return { [kind]: contentFor(passed), ...(named === null ? {} : { negotiation: named }) }
}
