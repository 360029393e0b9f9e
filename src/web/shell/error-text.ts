import type { WireError } from '../../client/wire.js'

/** What happened and what to do, by error code. */
const texts: Readonly<Record<string, string>> = {
  'not-connected': 'There is no connection right now. Wait until it is back, then try again.',
  'connection-lost':
    'The connection broke before the answer came. Look whether it has happened; if not, try again.',
  'invalid-payload':
    'The server did not accept what was sent. Check the names for odd characters and try again.',
  'payload-too-large': 'The list is too big to send. Shorten long names or draw in two rounds.',
  'rate-limited': 'That was too much in a short time. Wait a few seconds and try again.',
  unauthenticated: 'This server wants you to sign in. Open the room from the place where you signed in.',
  'token-expired': 'Your sign-in has run out. Sign in again and reopen the room.',
  'access-denied': 'This room is private. Ask its leader for the full link: the part after # lets you in.',
  'room-not-found': 'There is no such room. Check the link, or open a new room.',
  'room-full': 'The room is full. Try again when somebody has left.',
  'not-in-room': 'You are not in the room any more. Reload the page to join again.',
  'target-not-found': 'That person has already left.',
  'broadcaster-taken':
    'Somebody else is leading this room. You can watch, or take the lead when they have gone.',
  'not-broadcaster': 'Only the leader of the room can do that.',
  'draw-running': 'A draw is running. Wait for its end, then try again.',
  'no-draw': 'No draw is running, so there is nothing to cancel.',
  'entropy-given': 'You have already added your randomness to this draw. You can add to the next one.',
  'shutting-down': 'The server is restarting. The page comes back by itself in a moment.',
  'store-unavailable':
    'The server cannot write right now, and it is not certain whether it happened. Look, and try again in a moment.',
  'internal-error': 'Something broke on the server. Try again; if it stays so, tell whoever runs it.',
}

export const errorText = (error: WireError): string => {
  const text = texts[error.code]
  if (text === undefined) return `${error.message} (${error.code})`
  if (error.code === 'rate-limited' && error.retryAfterMs !== undefined)
    return `That was too much in a short time. Wait ${Math.ceil(error.retryAfterMs / 1000)} s and try again.`
  return text
}
