/** Cryptographically secure random bytes, 32 at a time. */
export interface Entropy {
  readonly bytes: () => Uint8Array
}
