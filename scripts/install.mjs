import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, root, runQuietly } from './run.mjs'

const oldestNode = [20, 19]

/** Installs what `package-lock.json` names, if `node_modules` differs from it. */
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

// By content and not by time, which also detects a pull, another branch and an interrupted installation.
function isInstalled() {
  try {
    const wanted = packagesIn(join(root, 'package-lock.json'))
    const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true
      const present = installed[path]
      // An optional package is installed only on its own platform.
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

// Dev packages too, with any NODE_ENV: the build needs them. Without install scripts: no package needs one (lmdb
// ships its binaries as packages), and a dependency should not run code during installation.
function npmCi() {
  const args = ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const patience = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  const npm = process.env['npm_execpath']
  return npm?.endsWith('.js')
    ? runQuietly(process.execPath, [npm, ...args, ...patience])
    : runQuietly('npm', [...args, ...patience])
}

/** The code and the first sentence of npm's error, out of a dozen lines. */
function reasonIn(/** @type {string} */ output) {
  const said = output
    .split('\n')
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/complete log|^errno|^syscall/.test(line))
  return said.length === 0 ? output.trim().split('\n').at(-1) : said.slice(0, 2).join(': ')
}
