import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { giveUp, root, run, tool } from './run.mjs'

const dist = join(root, 'dist')
const stamp = join(dist, '.built-from')

/** Builds `dist` if its sources have changed. A failed build leaves the old one in place. */
export async function ensureBuilt() {
  const sources = digestOfSources()
  if (isBuiltFrom(sources)) return
  console.error('roomreel: building')
  const next = join(root, `.dist-${process.pid}`)
  const isBuilt = await build(next)
  if (isBuilt) await putInPlace(next, sources)
  await rm(next, { recursive: true, force: true })
  if (!isBuilt) giveUp('the build failed')
}

// Two renames: a start finds the old or the new build, except in the moment between them.
async function putInPlace(/** @type {string} */ next, /** @type {string} */ sources) {
  const old = `${next}.old`
  await writeFile(join(next, '.built-from'), sources)
  if (existsSync(dist)) await rename(dist, old)
  await rename(next, dist).catch((error) => {
    // Another process put its build there at the same moment; it is as new as this one.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  await rm(old, { recursive: true, force: true })
}

/** Marks `dist` as out of date, for when the watcher writes it: the next build must not rely on it. */
export async function forgetBuild() {
  await rm(stamp, { force: true })
}

async function build(/** @type {string} */ outDir) {
  const tsc = tool('@typescript/native', 'tsc')
  const steps = [
    () => run(process.execPath, [tsc, '-p', 'tsconfig.json', '--outDir', outDir]),
    () => buildTestingKit(tsc, outDir),
    () => buildPage(join(outDir, 'web')),
  ]
  for (const step of steps) if ((await step()) !== 0) return false
  return true
}

function buildPage(/** @type {string} */ outDir) {
  const args = [tool('vite'), 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn']
  return run(process.execPath, args)
}

const published = [
  { from: 'kit', to: 'testing' },
  { from: 'contract', to: 'contract' },
]

// `test/kit` and `test/contract` are published as `dist/testing` and `dist/contract`, so their imports of `../../src/…`
// become `../…`. Bundles instead would contain every class of the engine a second time.
async function buildTestingKit(/** @type {string} */ tsc, /** @type {string} */ outDir) {
  const scratch = join(outDir, '.testing')
  const code = await run(process.execPath, [tsc, '-p', 'tsconfig.testing.json', '--outDir', scratch])
  if (code !== 0) return code
  for (const { from, to } of published) {
    const compiled = join(scratch, 'test', from)
    for (const file of await readdir(compiled, { recursive: true })) {
      if (!/\.(js|d\.ts)$/.test(file)) continue
      const path = join(compiled, file)
      const text = await readFile(path, 'utf8')
      await writeFile(
        path,
        text
          .replaceAll(/(['"](?:\.\.\/)+)\.\.\/src\//g, '$1')
          .replaceAll(/(['"](?:\.\.\/)+)kit\//g, '$1testing/'),
      )
    }
    await mkdir(join(outDir, to), { recursive: true })
    await cp(compiled, join(outDir, to), { recursive: true })
  }
  await rm(scratch, { recursive: true })
  return 0
}

function isBuiltFrom(/** @type {string} */ sources) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
}

// By content and not by time: a clone, a checkout and a copy give files arbitrary times.
function digestOfSources() {
  const settings = readdirSync(root)
    .filter((name) => /^(package(-lock)?|tsconfig.*)\.json$|^vite\.config\.ts$/.test(name))
    .map((name) => join(root, name))
  const hash = createHash('sha256')
  const files = ['src', 'test/kit', 'test/contract', 'scripts'].flatMap((folder) =>
    filesIn(join(root, folder)),
  )
  for (const file of [...settings, ...files].toSorted()) {
    const content = readFileSync(file)
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

export function filesIn(/** @type {string} */ folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

if (process.argv[1] === import.meta.filename) {
  await ensureInstalled()
  await ensureBuilt()
}
