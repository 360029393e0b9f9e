import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Solves every position of the given files (`<moves as digits 1 to 7> <score>` a line) and holds the result against the
 * score: exactly, and for win, draw or loss alone. A set begins with an empty table and keeps it for all of its positions.
 * Times are the processor's, so that what else the machine does is not in them.
 *
 *     node bench/connect-four/positions.mjs [file …]
 *
 * With no file it takes the 400 positions of the tests. Ends with 1 if a score is wrong.
 */
const built = '../../dist'
const { drop, emptyBoard } = await import(`${built}/domain/activities/connect-four/board.js`)
const solver = `${built}/domain/activities/connect-four/solver`
const { positionOf } = await import(`${solver}/position.js`)
const { makeSearch } = await import(`${solver}/search.js`)
const { outcomeOf, scoreOf } = await import(`${solver}/solve.js`)
const { TranspositionTable } = await import(`${solver}/transposition-table.js`)

const own = fileURLToPath(
  new URL('../../test/domain/activities/connect-four/solver/known-scores.txt', import.meta.url),
)
const files = process.argv.length > 2 ? process.argv.slice(2) : [own]

const read = (/** @type {string} */ file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [moves = '', score] = line.split(' ')
      let board = emptyBoard
      for (const digit of moves) board = drop(board, Number(digit) - 1).board
      return { moves, position: positionOf(board), score: Number(score) }
    })

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

let wrong = 0
console.log('| set | question | positions | wrong | mean visits | mean ms | worst ms | visits a second |')
console.log('| --- | --- | --- | --- | --- | --- | --- | --- |')
for (const file of files) {
  const positions = read(file)
  for (const [question, solve, expected] of [
    ['score', scoreOf, (/** @type {number} */ score) => score],
    ['win, draw or loss', outcomeOf, Math.sign],
  ]) {
    const search = makeSearch(new TranspositionTable(22))
    const started = cpuMs()
    let worst = 0
    let wrongHere = 0
    for (const { moves, position, score } of positions) {
      const before = cpuMs()
      const found = solve(search, position, () => true)
      worst = Math.max(worst, cpuMs() - before)
      if (found === expected(score)) continue
      wrongHere += 1
      console.error(`${moves}: ${found} instead of ${expected(score)}`)
    }
    const ms = cpuMs() - started
    const cells = [
      basename(file),
      question,
      positions.length,
      wrongHere,
      Math.round(search.visited() / positions.length),
      (ms / positions.length).toFixed(3),
      worst.toFixed(1),
      `${(search.visited() / ms / 1_000).toFixed(1)} M`,
    ]
    console.log(`| ${cells.join(' | ')} |`)
    wrong += wrongHere
  }
}
process.exitCode = wrong === 0 ? 0 : 1
