/** A limit of the session layer; each has a defined behaviour at the bound. */
export type SessionLimit =
  /** A join was refused. */
  | 'rooms-per-session'
  /** A client was dropped, or its oldest unacknowledged signals were discarded and named as lost. */
  | 'undelivered'
  /** The oldest emits of a room were removed from memory; a later resumption reads them from the log. */
  | 'emit-cache'
  /** The replay of a log waits until the session's budget allows it. */
  | 'replay-budget'
  /** A large answer waits until other clients have read theirs. */
  | 'unread-answers'
  /** The oldest removal notices were removed. */
  | 'removal-notices'

/** What the session layer reports to operators. */
export interface SessionMonitor {
  readonly limitReached: (limit: SessionLimit) => void
}

export const noSessionMonitor: SessionMonitor = { limitReached: () => undefined }
