import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureCoturn } from './coturn.mjs'
import { ensureInstalled } from './install.mjs'
import { ensurePythonWithSocketio } from './python.mjs'
import { giveUp, run, tool } from './run.mjs'

const filters = process.argv.slice(2)
const inCi = process.env['CI'] === 'true'

await ensureInstalled()
await ensureBuilt()

// Programs that are not npm packages. Tests read from the environment where each is, and are left out without it.
const programs = [
  {
    leftOut: 'without the browser tests: Chromium is missing',
    variable: 'CHROMIUM_PATH',
    isWanted: filters.length === 0 || filters.some((filter) => filter.includes('e2e')),
    ensure: ensureChromium,
  },
  {
    leftOut: 'without the TURN test: coturn is missing',
    variable: 'COTURN_FOLDER',
    isWanted: filters.length === 0 || filters.some((filter) => 'test/e2e/coturn.test.ts'.includes(filter)),
    ensure: ensureCoturn,
  },
  {
    leftOut: 'without the test with a Python client: python-socketio is missing',
    variable: 'PYTHON_WITH_SOCKETIO',
    isWanted:
      filters.length === 0 ||
      filters.some((filter) => 'test/e2e/foreign/python-client.test.ts'.includes(filter)),
    ensure: ensurePythonWithSocketio,
  },
].filter(({ isWanted }) => isWanted)

/** @type {Record<string, string>} */
const found = {}
for (const { variable, ensure } of programs) {
  const place = await ensure()
  if (place !== undefined) found[variable] = place
}
const missing = programs.filter(({ variable }) => found[variable] === undefined)
if (inCi && missing.length > 0) giveUp('with CI=true no test may be left out')

const scratch = await mkdtemp(join(tmpdir(), 'roomreel-test-'))
try {
  const report = join(scratch, 'report.json')
  const code = await vitest(report)
  const counts = await countsIn(report)
  const seconds = Math.round(performance.now() / 1000)
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`)
  for (const { leftOut } of missing) console.log(leftOut)
  process.exitCode = verdict(code, counts)
} finally {
  await rm(scratch, { recursive: true })
}

function vitest(/** @type {string} */ report) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return run(process.execPath, [tool('vitest'), 'run', ...reporters, ...filters], {
    env: { ...process.env, ...found },
  })
}

/** A file that does not even load has no tests to count: it counts as one that failed. */
async function countsIn(/** @type {string} */ report) {
  if (!existsSync(report)) return { passed: 0, failed: 0, skipped: 0 }
  const result = JSON.parse(await readFile(report, 'utf8'))
  const unloaded = result.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  )
  return {
    passed: Number(result.numPassedTests),
    failed: Number(result.numFailedTests) + unloaded.length,
    skipped: Number(result.numPendingTests) + Number(result.numTodoTests),
  }
}

function verdict(
  /** @type {number} */ code,
  /** @type {{ passed: number, failed: number, skipped: number }} */ counts,
) {
  if (code !== 0 || counts.failed > 0) return code === 0 ? 1 : code
  if (counts.passed === 0) giveUp('no test ran')
  if (inCi && counts.skipped > 0) giveUp('with CI=true no test may be skipped')
  return 0
}
