// What one delivery, one acknowledged command and one idle connection cost the server: bare Socket.IO, Nest with
// its own adapter, Nest with ours, and bare `ws` with one finished frame. Each measurement is a server process of
// its own, taken in turn so that the machine's moods fall on all alike; the medians are printed.
//
//   npm run build && node bench/broadcast/run.mjs [rounds]
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const rounds = Number(process.argv[2] ?? 5)
const server = fileURLToPath(new URL('server.mjs', import.meta.url))

const measured = async (kind, measure, env) => {
  const { stdout } = await run(process.execPath, ['--expose-gc', server, kind, measure], {
    env: { ...process.env, ...env },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)).value
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

const compare = async (title, unit, measure, kinds, env = {}) => {
  const values = Object.fromEntries(kinds.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++) {
    for (const kind of kinds) values[kind].push(await measured(kind, measure, env))
  }
  const baseline = median(values.bare)
  console.log(`\n${title} (${unit}, median of ${rounds})`)
  for (const kind of kinds) {
    const middle = median(values[kind])
    const all = values[kind].map((value) => value.toFixed(1)).join(' ')
    console.log(
      `  ${kind.padEnd(5)} ${middle.toFixed(1).padStart(9)}   ${(middle / baseline).toFixed(2)} × bare   [${all}]`,
    )
  }
}

await compare('One delivery, one broadcast a turn, 1 000 receivers', 'µs of CPU', 'broadcast', [
  'bare',
  'lean',
  'ws',
])
await compare('One delivery, five broadcasts a turn', 'µs of CPU', 'broadcast', ['bare', 'lean', 'ws'], {
  PER_TURN: '5',
  ROUNDS: '60',
})
await compare(
  'One acknowledged command, 200 clients, 25 handlers',
  'µs of CPU',
  'command',
  ['bare', 'nest', 'lean'],
  {
    CLIENTS: '200',
  },
)
await compare('One idle connection in a room, 25 handlers', 'bytes of heap', 'heap', ['bare', 'nest', 'lean'])
