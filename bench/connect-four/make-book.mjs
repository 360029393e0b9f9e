import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/**
 * Makes the opening book of Connect Four's level 10: a move for each position that it can come into by its own choice,
 * against any moves of the other player, up to a number of discs; each keeps win, draw or loss.
 *
 *     node bench/connect-four/make-book.mjs --checkpoint book.checkpoint --plies 13
 *
 * It saves each solved position and continues from there after an interruption, at any moment. After each number of
 * discs it compares the outcomes with those two discs earlier and rewrites the book in `src`. It takes one processor
 * and 8 bytes × 2^bits of memory. Run `npm run build` before it.
 */
const { values } = parseArgs({
  options: {
    checkpoint: { type: 'string' },
    /** Positions with more discs than this are left to the search. */
    plies: { type: 'string', default: '13' },
    bits: { type: 'string', default: '26' },
    /** Visits that may be spent in each position on winning sooner or losing later. */
    polish: { type: 'string', default: '40000' },
    out: { type: 'string', default: 'src/domain/activities/connect-four/solver/book-data.ts' },
  },
})
if (values.checkpoint === undefined)
  throw new Error('--checkpoint names the file to write down what is solved')
const checkpoint = values.checkpoint
const root = join(import.meta.dirname, '../..')

const built = '../../dist/domain/activities/connect-four/solver'
const { candidatesOf } = await import(`${built}/candidates.js`)
const { firstPositions, positionsAfter } = await import(`${built}/book.js`)
const { perfectMove } = await import(`${built}/perfect.js`)
const { makeSearch } = await import(`${built}/search.js`)
const { after, isLost } = await import(`${built}/position.js`)
const { canonicalOf, keyOf } = await import(`${built}/symmetry.js`)
const { TranspositionTable } = await import(`${built}/transposition-table.js`)

const search = makeSearch(new TranspositionTable(Number(values.bits)))
const polishVisits = Number(values.polish)
const solved = readCheckpoint()
/** @type {Record<'first' | 'second', string[]>} */
const book = { first: [], second: [] }
/** @type {Record<'first' | 'second', ReadonlyArray<any>>} */
const before = { first: [], second: [] }
/** @type {Record<'first' | 'second', ReadonlyArray<any>>} */
const level = { first: firstPositions('first'), second: firstPositions('second') }

for (let ply = 0; ply <= Number(values.plies); ply += 1) {
  const side = ply % 2 === 0 ? 'first' : 'second'
  const positions = level[side]
  const columns = positions.map((position) => moveIn(position))
  holdAgainstReplies(before[side])
  before[side] = positions
  book[side].push(columns.join(''))
  level[side] = positionsAfter(positions, columns)
  writeBook()
  console.log(`${ply} discs: ${positions.length} positions; ${cpuHours().toFixed(3)} CPU hours so far`)
}

function moveIn(/** @type {any} */ position) {
  const key = keyOf(position)
  const known = solved.get(key)
  if (known !== undefined) return known.column
  const started = process.cpuUsage()
  const visitedBefore = search.visited()
  let proven = 0
  const move = perfectMove(
    search,
    position,
    () => true,
    () => {
      // Asked for the first time when the outcome is known.
      if (proven === 0) proven = search.visited()
      return search.visited() - proven < polishVisits
    },
  )
  const { user, system } = process.cpuUsage(started)
  const found = { column: move.column, outcome: move.outcome, cpuMs: (user + system) / 1000 }
  solved.set(key, found)
  const visited = search.visited() - visitedBefore
  appendFileSync(
    checkpoint,
    `${key} ${position.ply} ${found.column} ${found.outcome} ${visited} ${found.cpuMs}\n`,
  )
  return found.column
}

/**
 * What was proven of a position must be the least of what was proven of those that the replies to its move lead to: two
 * searches, at different depths, that have to agree. Their positions are all solved when this is called.
 */
function holdAgainstReplies(/** @type {ReadonlyArray<any>} */ positions) {
  for (const position of positions) {
    const { column, outcome } = solved.get(keyOf(position))
    const reached = after(position, column)
    const least = isLost(reached)
      ? 1
      : Math.min(...candidatesOf(reached).map(({ next }) => outcomeAfter(next)))
    if (least !== outcome) {
      throw new Error(`position ${keyOf(position)} is ${outcome}, and its replies say ${least}`)
    }
  }
}

function outcomeAfter(/** @type {any} */ next) {
  return isLost(next) ? -1 : solved.get(canonicalOf(next).key).outcome
}

function readCheckpoint() {
  /** @type {Map<number, { column: number, outcome: number, cpuMs: number }>} */
  const found = new Map()
  if (!existsSync(checkpoint)) return found
  const text = readFileSync(checkpoint, 'utf8')
  // A line without its end was being written when the last run was stopped; the next one must not run on from it.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) writeFileSync(checkpoint, whole)
  for (const line of whole.split('\n').slice(0, -1)) {
    const [key, , column, outcome, , cpuMs] = line.split(' ').map(Number)
    if (key === undefined || column === undefined || outcome === undefined || cpuMs === undefined) continue
    found.set(key, { column, outcome, cpuMs })
  }
  return found
}

function cpuHours() {
  let total = 0
  for (const { cpuMs } of solved.values()) total += cpuMs
  return total / 3_600_000
}

function writeBook() {
  const lines = (/** @type {string[]} */ texts) => texts.map((text) => `    '${text}',`).join('\n')
  const text = `import type { BookText } from './book.js'

/** Written by bench/connect-four/make-book.mjs in ${cpuHours().toFixed(2)} CPU hours; what it means is said in book.ts. */
export const bookData: BookText = {
  first: [
${lines(book.first)}
  ],
  second: [
${lines(book.second)}
  ],
}
`
  const path = join(root, values.out)
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
