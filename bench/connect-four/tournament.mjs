import { pointsOf } from './match.mjs'

/**
 * Each level against the next, first and second in turn; half of all points would say that they are equals.
 *
 *     node bench/connect-four/tournament.mjs [games a pair, 200] [from level, 1] [to level, 10]
 */
const built = '../../dist'
const rules = await import(`${built}/domain/activities/connect-four/board.js`)
const solver = `${built}/domain/activities/connect-four/solver`
const { bookData } = await import(`${solver}/book-data.js`)
const { readBook } = await import(`${solver}/book.js`)
const { choose } = await import(`${solver}/choose.js`)
const { positionOf } = await import(`${solver}/position.js`)
const { makeSearch } = await import(`${solver}/search.js`)
const { TranspositionTable } = await import(`${solver}/transposition-table.js`)

const [games = 200, from = 1, to = 10] = process.argv.slice(2).map(Number)
const mind = { search: makeSearch(new TranspositionTable(22)), book: readBook(bookData) }
const moveOf = (/** @type {any} */ board, /** @type {number} */ level, /** @type {number} */ random) =>
  choose(mind, positionOf(board), level, random, () => true).column

console.log('| levels | points of the upper one |')
console.log('| --- | --- |')
let isMonotonic = true
for (let level = from; level < to; level += 1) {
  const share = pointsOf(rules, moveOf, level + 1, level, games) / games
  console.log(`| ${level + 1} : ${level} | ${(100 * share).toFixed(1)} % |`)
  if (share <= 0.5) isMonotonic = false
}
process.exitCode = isMonotonic ? 0 : 1
