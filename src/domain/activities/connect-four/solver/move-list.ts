import { squares } from '../squares.js'

/** At most seven moves of a position. A search has one position at a time for each number of discs, so each has a row. */
const movesPerPly = 8

/**
 * The moves of the positions from the root to the current one, the most promising first. A search has one list: an array
 * for each position would cost more than the position.
 */
export class MoveList {
  readonly #rank = new Int32Array(squares * movesPerPly)
  readonly #low = new Int32Array(squares * movesPerPly)
  readonly #high = new Int32Array(squares * movesPerPly)
  readonly #dangerLow = new Int32Array(squares * movesPerPly)
  readonly #dangerHigh = new Int32Array(squares * movesPerPly)
  readonly #end = new Int32Array(squares)

  clear(ply: number): void {
    this.#end[ply] = ply * movesPerPly
  }

  /**
   * Inserts a move behind those of the same rank.
   *
   * @param low the square of the disc, with `high`
   * @param dangerLow the empty squares where the player of this move would then win, with `dangerHigh`
   */
  insert(ply: number, rank: number, low: number, high: number, dangerLow: number, dangerHigh: number): void {
    const start = ply * movesPerPly
    let at = this.#end[ply] ?? 0
    this.#end[ply] = at + 1
    for (; at > start && (this.#rank[at - 1] ?? 0) < rank; at -= 1) {
      this.#rank[at] = this.#rank[at - 1] ?? 0
      this.#low[at] = this.#low[at - 1] ?? 0
      this.#high[at] = this.#high[at - 1] ?? 0
      this.#dangerLow[at] = this.#dangerLow[at - 1] ?? 0
      this.#dangerHigh[at] = this.#dangerHigh[at - 1] ?? 0
    }
    this.#rank[at] = rank
    this.#low[at] = low
    this.#high[at] = high
    this.#dangerLow[at] = dangerLow
    this.#dangerHigh[at] = dangerHigh
  }

  /** The index of a position's first move; `end(ply)` is the index behind its last one. */
  start(ply: number): number {
    return ply * movesPerPly
  }

  end(ply: number): number {
    return this.#end[ply] ?? 0
  }

  low(at: number): number {
    return this.#low[at] ?? 0
  }

  high(at: number): number {
    return this.#high[at] ?? 0
  }

  dangerLow(at: number): number {
    return this.#dangerLow[at] ?? 0
  }

  dangerHigh(at: number): number {
    return this.#dangerHigh[at] ?? 0
  }
}
