/** What was said does not fit: the field, dotted, and what is wrong with it, to be read behind its name. */
export interface Malformed {
  readonly type: 'invalid-payload'
  readonly path: string
  readonly problem: string
}

/**
 * `closed`: nobody enters a closed room. `token`: the room is private and its token is missing or wrong. `session`: the member is
 * another session's. `identity`: the session belongs to another user. `host`: only the host of the activity may do this.
 */
export type AccessDenialCause = 'closed' | 'token' | 'session' | 'identity' | 'host'

/** What the domain says no with: a state of the world and the data that explains it. Wording belongs to the dialects. */
export type Rejection =
  | Malformed
  | { readonly type: 'access-denied'; readonly cause: AccessDenialCause }
  | { readonly type: 'room-not-found' }
  | { readonly type: 'room-exists' }
  | { readonly type: 'room-full'; readonly capacity: number }
  | { readonly type: 'not-in-room' }
  | { readonly type: 'target-not-found' }
  | { readonly type: 'broadcaster-taken' }
  | { readonly type: 'not-broadcaster' }
  | { readonly type: 'draw-running' }
  | { readonly type: 'no-draw' }
  | { readonly type: 'entropy-given' }
  /** A game is set up or being played in the room. */
  | { readonly type: 'game-running' }
  | { readonly type: 'game-over' }
  | { readonly type: 'not-a-player' }
  | { readonly type: 'not-your-turn' }
  | { readonly type: 'column-full'; readonly column: number }
  /** `ply` is the number of the move that is next. */
  | { readonly type: 'stale-move'; readonly ply: number }
  | { readonly type: 'quiz-running' }
  | { readonly type: 'no-quiz' }
  /** The host of a quiz does not play. */
  | { readonly type: 'quiz-host' }
  /** Or not open yet. */
  | { readonly type: 'question-closed' }
  | { readonly type: 'question-answered' }
  /** By an activity that an application brought along: nobody here knows its rules, so it brings the words too. */
  | { readonly type: 'activity-refused'; readonly code: string; readonly message: string }
  | { readonly type: 'unknown-activity'; readonly activity: string }
  | { readonly type: 'activity-inactive'; readonly activity: string }
  | { readonly type: 'command-id-reused' }
  | { readonly type: 'self-signal' }
  | { readonly type: 'stale-negotiation' }
  /** More signals wait for a member that is away than may. */
  | { readonly type: 'too-much-waiting'; readonly retryAfterMs: number }

export const invalidPayload = (path: string, problem: string): Malformed => ({
  type: 'invalid-payload',
  path,
  problem,
})
