/** What every vocabulary has in common, as wire.md has it under “Everywhere”. */

export interface WireError {
  /** kebab-case, from the contract's list; plus `not-connected` and `connection-lost`, which the client adds */
  readonly code: string
  readonly message: string
  readonly timestamp?: string
  readonly event?: string
  readonly path?: string
  readonly retryAfterMs?: number
  /** of `room-full`: where a call goes on that is too large for this room */
  readonly route?: string
  readonly sfu?: { readonly type: string; readonly url: string; readonly token: string }
}

export type Answer<Result> =
  | ({ readonly success: true } & Result)
  | { readonly success: false; readonly error: WireError }

export interface Session {
  /** a secret: it takes up the memberships of whoever shows it */
  readonly sessionId: string
  readonly graceMs: number
  readonly resumed: boolean
  readonly memberships: ReadonlyArray<{
    readonly room: string
    readonly memberId: string
    readonly role: string
    readonly epoch?: string | number
    readonly seq: number
  }>
  /** what others had sent, and a crash of the server has lost */
  readonly signalsLost?: ReadonlyArray<{
    readonly room: string
    readonly from: string
    readonly kind: string
  }>
  /** memberships that somebody else has ended while this session was away; told once */
  readonly ended?: ReadonlyArray<{
    readonly room: string
    readonly memberId: string
    readonly role: string
    readonly reason: string
  }>
}

/** What any server emits of its own accord, whatever the vocabulary. */
export interface CommonEmits {
  session: Session
  'server-shutdown': { readonly reconnectInMs: number }
  error: WireError
}

/** The place of an emit in its room's log. Counts and messages from outside a room have none. */
export interface Stamp {
  readonly room?: string
  readonly seq?: number
  readonly at?: number
  /** other emits of the same event follow */
  readonly more?: boolean
}
