import type { AccessDenialCause } from '../../domain/kernel/rejection.js'
import type { WireError } from '../transport/reply.js'
import type { HandlerRejection } from './handler-result.js'

/** Why access is denied, and what to do. */
const denials: Readonly<Record<AccessDenialCause, string>> = {
  closed: 'The room is closed; it can only be read',
  token: 'The room is private; enter it with its token',
  session: 'That member belongs to another session; join with a session of your own',
  identity: 'You are known as another user here; connect again to join as this one',
  host: 'Only the host may do this',
  admission: 'The room names who may enter it, and you are not among them; ask its owner',
  role: 'Your roles do not allow this; ask an operator for the role',
}

type Message = { readonly message: string } & Readonly<Record<string, unknown>>

/** What happened and what to do, with the data of the rejection. */
const messageFor = (rejection: HandlerRejection): Message => {
  switch (rejection.type) {
    case 'invalid-payload':
      return {
        message:
          rejection.path === ''
            ? `The payload ${rejection.problem}`
            : `${rejection.path} ${rejection.problem}`,
        ...(rejection.path === '' ? {} : { path: rejection.path }),
      }
    case 'payload-too-large':
      return { message: 'The event is larger than this server takes' }
    case 'access-denied':
      return { message: denials[rejection.cause] }
    case 'room-not-found':
      return { message: 'There is no such room; check its name, or create it' }
    case 'room-exists':
      return { message: 'There is a room of that name already; take another name' }
    case 'room-full':
      return { message: `The room is full with ${rejection.capacity} peers`, route: 'sfu' }
    case 'not-in-room':
      return { message: 'You are not in the room; join it first' }
    case 'target-not-found':
      return { message: 'There is no such member in the room' }
    case 'broadcaster-taken':
      return { message: 'The room has a broadcaster who is connected; join as a viewer' }
    case 'not-broadcaster':
      return { message: 'Only the broadcaster of the room may do this' }
    case 'activity-rejected':
      return { message: rejection.error.message, ...rejection.error.details }
    case 'unknown-activity':
      return {
        message: `There is no activity ${rejection.activity} on this server`,
        activity: rejection.activity,
      }
    case 'activity-inactive':
      return {
        message: `${rejection.activity} is not active in this room; activate it first`,
        activity: rejection.activity,
      }
    case 'command-id-reused':
      return { message: 'This id was used for another command; take a new id for each command' }
    case 'self-signal':
      return { message: 'A signal goes to somebody else; this one was for yourself' }
    case 'stale-negotiation':
      return { message: 'A newer offer has replaced the one that this belongs to; drop it' }
    case 'too-much-waiting':
      return {
        message: 'The other one is away and enough waits for it; repeat this when it is back',
        retryAfterMs: rejection.retryAfterMs,
      }
    case 'too-many-rooms':
      return {
        message: `This session is in ${rejection.maxRooms} rooms, and cannot enter more; leave a room, then join again`,
        retryAfterMs: 1_000,
      }
    case 'too-many-new-rooms':
      return {
        message: 'You have created too many rooms; wait, then create the next one',
        retryAfterMs: rejection.retryAfterMs,
      }
    case 'unauthenticated':
      return { message: 'A valid token is needed; connect again with one' }
    case 'token-expired':
      return { message: 'Your token has expired; connect again with a new one' }
    case 'token-revoked':
      return { message: 'Your access was revoked; sign in again' }
    case 'other-user':
      return { message: 'A new token must be for the user of this connection; connect again with it' }
    case 'store-unavailable':
      return {
        message: 'The event store is unavailable; the outcome is unknown. Retry with the same command id',
        retryable: true,
      }
    case 'shutting-down':
      return { message: 'The server is going down; connect again later' }
    case 'internal-error':
      return { message: 'The server failed to carry this out' }
  }
}

const limitRejections: ReadonlySet<HandlerRejection['type']> = new Set([
  'too-much-waiting',
  'too-many-rooms',
  'too-many-new-rooms',
])

/** The codes of wire.md, E-13; a rejection without a code there has the nearest one. */
const codeOf = (rejection: HandlerRejection): string => {
  if (rejection.type === 'activity-rejected') return rejection.error.code
  if (rejection.type === 'token-revoked') return 'unauthenticated'
  if (rejection.type === 'other-user') return 'access-denied'
  return limitRejections.has(rejection.type) ? 'rate-limited' : rejection.type
}

/** The error of the wire for a rejection: what the protocol says of it, or the default. */
export const errorFor = (
  rejection: HandlerRejection,
  event: string,
  nowMs: number,
  override?: (rejection: HandlerRejection) => Partial<WireError> | undefined,
): WireError => ({
  code: codeOf(rejection),
  timestamp: new Date(nowMs).toISOString(),
  event,
  ...messageFor(rejection),
  ...override?.(rejection),
})
