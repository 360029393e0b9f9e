/**
 * How long level 10 takes where it has to think: games by its own choice against replies by chance, past the book; each
 * question with an empty table, as if a thread had just begun. Times are the processor's.
 *
 *     node bench/connect-four/answering.mjs [games, 100] [seed, 1]
 */
const built = '../../dist'
const { emptyBoard } = await import(`${built}/domain/activities/connect-four/board.js`)
const solver = `${built}/domain/activities/connect-four/solver`
const { bookData } = await import(`${solver}/book-data.js`)
const { bookMove, readBook } = await import(`${solver}/book.js`)
const { candidatesOf } = await import(`${solver}/candidates.js`)
const { choose } = await import(`${solver}/choose.js`)
const { after, isLost, positionOf } = await import(`${solver}/position.js`)
const { makeSearch } = await import(`${solver}/search.js`)
const { TranspositionTable } = await import(`${solver}/transposition-table.js`)
const { uniforms } = await import(`${solver}/levels.js`)

const [games = 100, seed = 1] = process.argv.slice(2).map(Number)
const book = readBook(bookData)
console.log(`${book.size} positions in the book`)

/** @type {Map<number, number[]>} */
const msByPly = new Map()

const timed = (/** @type {any} */ position) => {
  const mind = { search: makeSearch(new TranspositionTable(22)), book }
  const before = process.cpuUsage()
  const { column } = choose(mind, position, 10, 0, () => true)
  const { user, system } = process.cpuUsage(before)
  if (bookMove(book, position) === undefined) {
    const list = msByPly.get(position.ply) ?? []
    list.push((user + system) / 1_000)
    msByPly.set(position.ply, list)
  }
  return column
}

const replies = uniforms((seed * 0.6180339887498949) % 1, games * 42)
for (let game = 0; game < games; game += 1) {
  let position = positionOf(emptyBoard)
  while (!isLost(position) && position.ply < 42) {
    const isOwn = position.ply % 2 === game % 2
    const candidates = candidatesOf(position)
    const chance = replies[game * 42 + position.ply] ?? 0
    const column = isOwn ? timed(position) : candidates[Math.floor(chance * candidates.length)].column
    position = after(position, column)
  }
}

console.log('| discs | questions | median ms | mean ms | worst ms |')
console.log('| --- | --- | --- | --- | --- |')
for (const [ply, times] of [...msByPly].toSorted(([one], [other]) => one - other)) {
  const sorted = times.toSorted((one, other) => one - other)
  const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length
  const cells = [sorted[sorted.length >> 1], mean, sorted.at(-1)].map((ms) => (ms ?? NaN).toFixed(1))
  console.log(`| ${ply} | ${sorted.length} | ${cells.join(' | ')} |`)
}
