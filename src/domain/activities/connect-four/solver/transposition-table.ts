/**
 * The bounds of the scores of earlier positions, and the moves that proved them.
 *
 * An entry is two 32-bit words that hold the whole key of a position (28 and 21 bits), so entries are never confused. The
 * first word has the best column in its upper 4 bits, the second the bounds in its upper 11: 43 × 43 pairs of −21 … 21. A
 * new entry replaces the old one. Bounds are valid in every game, so the table is never cleared.
 */
export class TranspositionTable {
  readonly #words: Int32Array
  readonly #shift: number

  /** 2^`bits` entries of 8 bytes: 22 bits are 32 MiB. */
  constructor(bits: number) {
    this.#words = new Int32Array(2 * 2 ** bits)
    this.#shift = 32 - bits
  }

  /** The index of a position. Mixed, because similar positions differ in few bits of their keys. */
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
