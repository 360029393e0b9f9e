/** Size and depth of `payload` are checked by the transport. */
export interface Relay {
  readonly type: 'relay'
  readonly event: string
  readonly payload: unknown
}
