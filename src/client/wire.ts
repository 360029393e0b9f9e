/** What all protocols have in common, as wire.md has it under “Everywhere”. */

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

export const failure = (code: string, message: string): { success: false; error: WireError } => ({
  success: false,
  error: { code, message },
})

const retryableCodes: ReadonlySet<string> = new Set([
  'rate-limited',
  'store-unavailable',
  'internal-error',
  'shutting-down',
])

const defaultRetryMs = 1_000

/** When to send the same request again; `null`: it would fail again. */
export const retryAfterMs = (error: WireError): number | null =>
  retryableCodes.has(error.code) ? (error.retryAfterMs ?? defaultRetryMs) : null

/** The connection went before the answer came: the outcome is unknown, and the next join tells it. */
export const isWithoutConnection = ({ code }: WireError): boolean =>
  code === 'not-connected' || code === 'connection-lost'

export interface Session {
  /** a secret: a client that sends it resumes these memberships */
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
  /** signals from others that were lost when the server crashed */
  readonly signalsLost?: ReadonlyArray<{
    readonly room: string
    readonly from: string
    readonly kind: string
  }>
  /** memberships that somebody else has ended while this session was away; sent once */
  readonly ended?: ReadonlyArray<{
    readonly room: string
    readonly memberId: string
    readonly role: string
    readonly reason: string
  }>
}

/** What the server emits in every protocol. */
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

/** The emits of a protocol as a union, from a record of their payloads. */
export type EmitOf<Emits> = {
  [E in keyof Emits & string]: { readonly event: E; readonly payload: Emits[E] & Stamp }
}[keyof Emits & string]

/**
 * The boundary to the wire: the server's schemas check what it emits, so the client checks the name alone. What a peer or
 * a server could forge is read field by field where it is used.
 */
export const emitGuard =
  <Emits>(names: { readonly [E in keyof Emits]: true }) =>
  (received: { event: string; payload: unknown }): received is EmitOf<Emits> =>
    Object.hasOwn(names, received.event) && typeof received.payload === 'object' && received.payload !== null
