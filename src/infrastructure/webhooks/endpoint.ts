/** What the receiver said, if it said anything. */
export type Answer =
  | { readonly type: 'answered'; readonly status: number }
  /** No connection, no name, a broken answer. */
  | { readonly type: 'unreachable' }

/** Where webhooks are posted. */
export interface Endpoint {
  /** Never rejects. Gives up once the signal is aborted; what it answers then is not heard. */
  readonly post: (
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Answer>
}
