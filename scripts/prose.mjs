import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { root } from './run.mjs'
import { violationsIn } from './prose-linter.mjs'

// Checks the words of comments, docs and test names: the list is in prose-words.mjs.
//
//   node scripts/prose.mjs                 all files, as in `npm run check`
//   node scripts/prose.mjs src/domain …    these files and folders

const generated = /^(\.git|coverage|data|dist|\.dist.*|node_modules)$/

const named = process.argv.slice(2)
const files =
  named.length > 0
    ? named.flatMap((place) => filesIn(relative(root, resolve(place))))
    : readdirSync(root)
        .filter((name) => !generated.test(name))
        .flatMap(filesIn)

const violations = []
for (const path of files)
  violations.push(...(await violationsIn(path, readFileSync(join(root, path), 'utf8'))))

for (const { path, line, message } of violations) console.log(`${path}:${line}  ${message}`)
console.log(`${files.length} files read, ${violations.length} violations`)
if (violations.length > 0) process.exitCode = 1

/**
 * @param {string} place a file or a folder, from the project's root
 * @returns {ReadonlyArray<string>}
 */
function filesIn(place) {
  const path = join(root, place)
  const names = statSync(path).isFile() ? [''] : readdirSync(path, { recursive: true, encoding: 'utf8' })
  return names
    .map((name) => join(place, name).replaceAll('\\', '/'))
    .filter((file) => /\.(md|mjs|ts|tsx)$/.test(file) && !file.includes('node_modules/'))
    .toSorted()
}
