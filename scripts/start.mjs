import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { root } from './run.mjs'

await ensureInstalled()
await ensureBuilt()

// In this very process: a signal reaches the server itself, and its exit code is the one that is seen.
const server = join(root, 'dist/main.js')
process.argv[1] = server
await import(pathToFileURL(server).href)
