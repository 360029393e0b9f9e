import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { root } from './run.mjs'

await ensureInstalled()
await ensureBuilt()

// In this process, so that signals reach the server and its exit code becomes that of `npm start`.
const server = join(root, 'dist/main.js')
process.argv[1] = server
await import(pathToFileURL(server).href)
