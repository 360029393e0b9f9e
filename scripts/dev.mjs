import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, filesIn, forgetBuild } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { root, run, tool } from './run.mjs'

// The server on 3000, compiled and restarted after each change, and vite on 5173, which reloads the page itself.
// tsc compiles, because only tsc emits the metadata that Nest needs. Sources are polled twice a second, for a few
// milliseconds: `tsc --watch` 7.0 misses changes on some Linux systems, and Node 20's `fs.watch` loses a file that
// an editor saves by replacing it.

await ensureInstalled()
await ensureBuilt()
// From here on `dist` is written file by file, so the next `npm start` must not rely on it.
await forgetBuild()

const lookEveryMs = 500
const tsc = tool('@typescript/native', 'tsc')
const page = spawn(process.execPath, [tool('vite'), '--clearScreen', 'false'], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
})

let server = startServer()
let isEnding = false
let seen = writtenAt()

const looking = setInterval(() => {
  const now = writtenAt()
  if (now === seen) return
  seen = now
  void compileAndRestart()
}, lookEveryMs)

// Ctrl-C ends both, and so does a failure of vite.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, end)
page.once('exit', end)

/** The modification time of each source of the server; vite watches those of the page. */
function writtenAt() {
  return filesIn(join(root, 'src'))
    .filter((file) => file.endsWith('.ts') && !file.startsWith(join(root, 'src/web')))
    .map((file) => `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`)
    .join()
}

function startServer() {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  // A crashed server is not restarted before the next change.
  child.once(
    'exit',
    (code) => code !== null && code > 0 && console.error(`roomreel: the server ended (${code})`),
  )
  return child
}

async function compileAndRestart() {
  console.error('roomreel: compiling')
  const code = await run(process.execPath, [tsc, '-p', 'tsconfig.json'])
  if (code !== 0 || isEnding) return
  const old = server
  if (old.exitCode === null && old.signalCode === null) {
    const ended = once(old, 'exit')
    old.kill('SIGTERM')
    await ended
  }
  // If another change has arrived meanwhile, only the last one starts the server.
  if (!isEnding && server === old) server = startServer()
}

function end() {
  isEnding = true
  clearInterval(looking)
  for (const child of [page, server]) child.kill('SIGTERM')
}
