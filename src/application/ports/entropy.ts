/** Random bytes that nobody can predict: 32 at a time, never the same again. */
export interface Entropy {
  readonly bytes: () => Uint8Array
}
