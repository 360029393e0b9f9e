import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'
import { violationsIn } from './prose-linter.mjs'

// Checks the words of comments, docs and test names: the list is in prose-words.mjs.
//
//   node scripts/prose.mjs                 what `npm run check` covers
//   node scripts/prose.mjs src/domain …    these files and folders

/** What is covered. A folder is added as soon as it has no violation, until this is everything. */
const covered = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'bench', 'docs', 'scripts', 'test/scripts']

const named = process.argv.slice(2)
const files = (named.length > 0 ? named : covered).flatMap(filesIn)

const violations = []
for (const path of files)
  violations.push(...(await violationsIn(path, readFileSync(join(root, path), 'utf8'))))

for (const { path, line, message } of violations) console.log(`${path}:${line}  ${message}`)
console.log(`${files.length} files read, ${violations.length} violations`)
if (violations.length > 0) process.exitCode = 1

/** @param {string} place a file or a folder, from the project's root */
function filesIn(place) {
  const path = join(root, place)
  if (statSync(path).isFile()) return [place]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(md|mjs|ts|tsx)$/.test(name) && !/(^|\/)(node_modules|dist|data)\//.test(name))
    .toSorted()
    .map((name) => join(place, name))
}
