import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveUp, root } from './run.mjs'

// npm omits platform binaries from package-lock.json if its registry lacks them (a mirror, an offline cache). Then
// `npm ci` rejects that lock (npm/cli#9846), and a machine of an omitted platform installs a tool without its
// binary (npm/cli#4828). This script adds the missing optional packages with name, version, system and processor.
// The entries have no checksum; npm adds it when it reaches a complete registry.
//
//   npm run lock            after every change of a dependency
//   npm run lock -- --check only reports; part of `npm run check`

const file = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, optionalDependencies?: Record<string, string> }} Entry
 * @type {Record<string, Entry>}
 */
const packages = lock.packages

const missing = Object.entries(packages).flatMap(([path, { dev, optionalDependencies = {} }]) =>
  Object.entries(optionalDependencies)
    .filter(([name]) => !isLocked(name, path))
    .map(([name, version]) => ({ path: `node_modules/${name}`, name, version, dev })),
)

if (missing.length > 0 && process.argv.includes('--check')) {
  giveUp(`package-lock.json lacks ${missing.length} platform binaries (${missing[0]?.name}, …): npm run lock`)
}

for (const { path, name, version, dev } of missing) {
  packages[path] = { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true }
}
if (missing.length > 0) {
  const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
  console.log(`package-lock.json: ${missing.length} platform binaries entered`)
}

// Node's module resolution: the folder of the importing package first, then each folder above it.
function isLocked(/** @type {string} */ name, /** @type {string} */ from) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in packages) return true
    if (at === '') return false
  }
}

/** Packages with binaries are named after `process.platform`, `process.arch` and the C library. */
function platformOf(/** @type {string} */ name) {
  const found = /(darwin|linux|win32|android|freebsd|openharmony)-([a-z0-9]+)(?:-(gnu|musl))?/.exec(name)
  if (found === null) return giveUp(`package-lock.json lacks ${name}, and its name contains no platform`)
  const [, os, cpu, libc] = found
  const libcName = { gnu: 'glibc', musl: 'musl' }[libc ?? '']
  return { os: [os], cpu: [cpu], ...(os === 'linux' && libcName !== undefined ? { libc: [libcName] } : {}) }
}
