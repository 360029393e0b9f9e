import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled } from './install.mjs'
import { root, runQuietly, tool } from './run.mjs'

// All static checks. Each runs even if one before it failed, so that one run lists all failures.

await ensureInstalled()

const tsc = tool('@typescript/native', 'tsc')
const folders = ['src', 'test', 'examples'].filter((folder) => existsSync(join(root, folder)))
const projects = ['tsconfig.json', 'test/tsconfig.json', 'src/web/tsconfig.json']

/** @type {ReadonlyArray<{ name: string, args: ReadonlyArray<string> }>} */
const checks = [
  { name: 'lock', args: ['scripts/complete-lock.mjs', '--check'] },
  { name: 'format', args: [tool('oxfmt'), '--check', '.'] },
  {
    name: 'lint',
    args: [tool('oxlint'), '--type-aware', '--deny-warnings', '--no-error-on-unmatched-pattern'],
  },
  ...projects
    .filter((project) => existsSync(join(root, project)))
    .map((project) => ({ name: `types ${project}`, args: [tsc, '-p', project, '--noEmit'] })),
  { name: 'import arrows', args: [tool('dependency-cruiser', 'depcruise'), ...folders] },
  { name: 'dead code', args: [tool('knip')] },
  { name: 'prose', args: ['scripts/prose.mjs'] },
]

let failures = 0
for (const { name, args } of checks) {
  const started = performance.now()
  const { code, output } = await runQuietly(process.execPath, args)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${code === 0 ? '✔' : '✘'} ${name.padEnd(30)} ${seconds.padStart(5)} s`)
  if (code === 0) continue
  failures += 1
  console.log(output.trim().replaceAll(/^/gm, '    '))
}

if (failures > 0) {
  console.log(`${failures} of ${checks.length} checks failed`)
  process.exitCode = 1
}
