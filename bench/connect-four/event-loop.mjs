import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * What thinking does to everybody else: how late the main thread's timers are while 20 games ask for moves of level 10, each
 * again as soon as it is answered. The other player's moves come by chance.
 *
 *     node bench/connect-four/event-loop.mjs [seconds, 20] [games, 20]
 */
const built = '../../dist'
const { drop, emptyBoard, isFull, isWin, legalColumns } = await import(
  `${built}/domain/activities/connect-four/board.js`
)
const solver = `${built}/domain/activities/connect-four/solver`
const { createConnectFourPlayer } = await import(`${built}/infrastructure/workers/connect-four-player.js`)
const { uniforms } = await import(`${solver}/levels.js`)

const [seconds = 20, games = 20] = process.argv.slice(2).map(Number)
const resolutionMs = 1
const player = createConnectFourPlayer()
/** @type {number[]} */
const answersMs = []
/** @type {Map<string, number>} */
const reasons = new Map()
let isOver = false

const playOn = async (/** @type {number} */ game) => {
  for (let round = 0; !isOver; round += 1) {
    const chances = uniforms((game * 0.6180339887498949 + round * 0.7548776662466927) % 1, 42)
    let board = emptyBoard
    for (let ply = 0; !isOver && !isFull(board) && !isWin(board, ply % 2 === 0 ? 2 : 1); ply += 1) {
      const open = legalColumns(board)
      const chance = chances[ply] ?? 0
      const column = ply % 2 === round % 2 ? await asked(board) : open[Math.floor(chance * open.length)]
      board = drop(board, column).board
    }
  }
}

const asked = async (/** @type {any} */ board) => {
  const started = performance.now()
  const { column, reason } = await player.choose({ board, level: 10, random: 0.5, deadlineMs: 4_000 })
  answersMs.push(performance.now() - started)
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  return column
}

const quantile = (/** @type {number[]} */ sorted, /** @type {number} */ share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN

const measured = async (/** @type {string} */ what) => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  delay.disable()
  // The histogram has the whole interval between two turns of its timer, its own millisecond included.
  const ms = (/** @type {number} */ ns) => Math.max(0, ns / 1e6 - resolutionMs).toFixed(1)
  console.log(`| ${what} | ${ms(delay.percentile(50))} | ${ms(delay.percentile(99))} | ${ms(delay.max)} |`)
}

console.log('| timers late by, in ms | median | p99 | worst |')
console.log('| --- | --- | --- | --- |')
await measured('nobody thinks')
const all = Array.from({ length: games }, (_, game) => playOn(game))
await measured(`${games} games think`)
isOver = true
await Promise.all(all)
await player.close()
answersMs.sort((one, other) => one - other)
console.log(
  `${answersMs.length} moves (${[...reasons].map(([reason, count]) => `${count} ${reason}`).join(', ')}), answered after ` +
    `${quantile(answersMs, 0.5).toFixed(0)} ms (median), ${quantile(answersMs, 0.99).toFixed(0)} ms (p99), waiting included`,
)
