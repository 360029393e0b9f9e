import { spawn } from 'node:child_process'
import { ensureBuilt, forgetBuild } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { root, tool } from './run.mjs'

// Three processes: tsc writes `dist` on every change, node starts the server anew when it does, vite serves
// the page on 5173. tsc and not a faster transpiler, because Nest needs the metadata that only tsc emits.

await ensureInstalled()
await ensureBuilt()
await forgetBuild()

const tsc = tool('@typescript/native', 'tsc')
const children = [
  [tsc, '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', 'dist/main.js'],
  [tool('vite'), '--port', '5173', '--strictPort'],
].map((args) => spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }))

// One Ctrl-C, or one of them that ends, ends all.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, endAll)
for (const child of children) child.once('exit', endAll)

function endAll() {
  for (const child of children) child.kill('SIGTERM')
}
