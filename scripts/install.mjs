import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, root, runQuietly } from './run.mjs'

const oldestNode = [20, 19]

/** Brings `node_modules` to what `package-lock.json` names; does nothing when it is that already. */
export async function ensureInstalled() {
  refuseOldNode()
  if (isInstalled()) return
  console.error('roomreel: installing packages')
  const { code, output } = await npmCi()
  if (code !== 0) giveUp(`the packages could not be installed: ${reasonIn(output)}`)
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  giveUp(`this is Node ${process.versions.node}; ${oldestNode.join('.')} or newer is needed`)
}

// By content and not by time: a pull, a switch of branch and a half-done install are all seen.
function isInstalled() {
  try {
    const wanted = packagesIn(join(root, 'package-lock.json'))
    const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true
      const present = installed[path]
      // What is optional is there only on the platform that it is for.
      if (present === undefined) return entry.optional === true || entry.devOptional === true
      return present.version === entry.version
    })
  } catch {
    return false
  }
}

/** @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>} */
function packagesIn(/** @type {string} */ lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages
}

// Dev packages too, whatever NODE_ENV says: the build needs them. No install scripts: nothing here needs
// one (lmdb ships its binaries as packages), and a dependency should not run code just by being installed.
function npmCi() {
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const npm = process.env['npm_execpath']
  return npm?.endsWith('.js')
    ? runQuietly(process.execPath, [npm, ...args, ...patience])
    : runQuietly('npm', [...args, ...patience])
}

/** npm says a dozen lines; the error's code and the first sentence are those that help. */
function reasonIn(/** @type {string} */ output) {
  const said = output
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/complete log|^errno|^syscall/.test(line))
  return said.length === 0 ? output.trim().split('\n').at(-1) : said.slice(0, 2).join(': ')
}
