/** A payload does not fit: the dotted path of the field, and the problem as a phrase to print after the path. */
export interface Malformed {
  readonly type: 'invalid-payload'
  readonly path: string
  readonly problem: string
}

/**
 * `closed`: nobody enters a closed room. `token`: the room is private and its token is missing or wrong. `session`: the
 * member belongs to another session. `identity`: the session belongs to another user. `host`: only the host may do this.
 * `admission`: the room names who may enter. `role`: the user's roles do not allow it.
 */
export type AccessDenialCause = 'closed' | 'token' | 'session' | 'identity' | 'host' | 'admission' | 'role'

/** Rejections that the room and any activity can give. */
export type CommonRejection =
  | Malformed
  | { readonly type: 'access-denied'; readonly cause: AccessDenialCause }
  | { readonly type: 'not-in-room' }
  | { readonly type: 'target-not-found' }
  | { readonly type: 'not-broadcaster' }

/** A rejection of one activity: a state of its world, and the data that explains it. Its `errors` describe it. */
export interface ActivityRejection {
  readonly type: string
}

/** The error that clients get for a rejection. */
export interface ErrorDescription {
  /** Kebab-case, for programs; one of the contract where one fits. Default: the type of the rejection. */
  readonly code?: string
  /** What happened, then what to do. Never text that a client sent. */
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** A rejection that an activity gave to its room. */
export interface RejectedByActivity {
  readonly type: 'activity-rejected'
  readonly activity: string
  readonly rejection: ActivityRejection
  readonly error: ErrorDescription & { readonly code: string }
}

/** Why a room rejects a command or a signal. The wording is in the protocols' error mapping. */
export type Rejection =
  | CommonRejection
  | RejectedByActivity
  | { readonly type: 'room-not-found' }
  | { readonly type: 'room-exists' }
  | { readonly type: 'room-full'; readonly capacity: number }
  | { readonly type: 'broadcaster-taken' }
  | { readonly type: 'unknown-activity'; readonly activity: string }
  | { readonly type: 'activity-inactive'; readonly activity: string }
  | { readonly type: 'command-id-reused' }
  | { readonly type: 'self-signal' }
  | { readonly type: 'stale-negotiation' }
  /** More signals wait for an absent member than are kept. */
  | { readonly type: 'too-much-waiting'; readonly retryAfterMs: number }

export const invalidPayload = (path: string, problem: string): Malformed => ({
  type: 'invalid-payload',
  path,
  problem,
})
