/**
 * Two levels against each other, in turn as the first player. What levels do by chance comes from the number of the
 * game and of the move, so a match comes out the same again.
 *
 * @template Board
 * @param {{
 *   emptyBoard: Board,
 *   drop: (board: Board, column: any) => { board: Board } | undefined,
 *   isWin: (board: Board, player: 1 | 2) => boolean,
 *   isFull: (board: Board) => boolean,
 * }} rules
 * @param {(board: Board, level: any, random: number) => number} moveOf
 * @param {number} level
 * @param {number} against
 * @param {number} games
 * @returns the points of `level`: 1 for a win, ½ for a draw
 */
export function pointsOf(rules, moveOf, level, against, games) {
  let points = 0
  for (let game = 0; game < games; game += 1) {
    const player = game % 2 === 0 ? 1 : 2
    const winner = winnerOf(rules, (board, ply) =>
      moveOf(board, (ply % 2 === 0) === (player === 1) ? level : against, chance(game, ply)),
    )
    points += winner === null ? 0.5 : winner === player ? 1 : 0
  }
  return points
}

/**
 * @template Board
 * @param {Parameters<typeof pointsOf<Board>>[0]} rules
 * @param {(board: Board, ply: number) => number} moveOf
 * @returns {1 | 2 | null}
 */
export function winnerOf(rules, moveOf) {
  let board = rules.emptyBoard
  for (let ply = 0; !rules.isFull(board); ply += 1) {
    const dropped = rules.drop(board, moveOf(board, ply))
    if (dropped === undefined) throw new Error(`a full column was played as move ${ply + 1}`)
    board = dropped.board
    const player = ply % 2 === 0 ? 1 : 2
    if (rules.isWin(board, player)) return player
  }
  return null
}

/** Multiples of the golden ratio, which spread evenly; each game its own stretch of them. */
const chance = (/** @type {number} */ game, /** @type {number} */ ply) =>
  ((game * 43 + ply) * 0.6180339887498949) % 1
