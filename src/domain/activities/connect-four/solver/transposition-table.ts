/**
 * What is known of positions that were met before: between which bounds the score lies, and the move that showed it.
 *
 * A place is two 32-bit words. The key of a position (28 and 21 bits) fits into them whole, so one position is never
 * taken for another. The first word has the best column in its upper 4 bits, the second the
 * bounds in its upper 11: 43 × 43 pairs of −21 … 21. A new position takes the place of an old one: it is the one
 * that will be asked for next. Bounds are facts of the game, so a table serves many positions and is never cleared.
 */
export class TranspositionTable {
  readonly #words: Int32Array
  readonly #shift: number

  /** 2^`bits` places of 8 bytes: 22 are 32 MiB. */
  constructor(bits: number) {
    this.#words = new Int32Array(2 * 2 ** bits)
    this.#shift = 32 - bits
  }

  /** Where a position is or would be. Mixed, because neighbours in the game differ in few bits of their keys. */
  placeOf(keyLow: number, keyHigh: number): number {
    const mixed = Math.imul(keyLow, 0x9e3779b1) ^ Math.imul(keyHigh, 0x85ebca77)
    return (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> this.#shift) << 1
  }

  holds(place: number, keyLow: number, keyHigh: number): boolean {
    return (
      ((this.#words[place] ?? 0) & 0xfffffff) === keyLow &&
      ((this.#words[place + 1] ?? 0) & 0x1fffff) === keyHigh
    )
  }

  lowerBound(place: number): number {
    return ((((this.#words[place + 1] ?? 0) >>> 21) / 43) | 0) - 21
  }

  upperBound(place: number): number {
    return (((this.#words[place + 1] ?? 0) >>> 21) % 43) - 21
  }

  bestMove(place: number): number {
    return (this.#words[place] ?? 0) >>> 28
  }

  keep(place: number, keyLow: number, keyHigh: number, lower: number, upper: number, move: number): void {
    this.#words[place] = keyLow | (move << 28)
    this.#words[place + 1] = keyHigh | (((lower + 21) * 43 + upper + 21) << 21)
  }
}
