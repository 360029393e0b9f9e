import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { setPriority, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensureBuilt, filesIn } from './build.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureCoturn } from './coturn.mjs'
import { ensureInstalled } from './install.mjs'
import { ensurePythonWithSocketio } from './python.mjs'
import { giveUp, root, run, runQuietly, tool } from './run.mjs'

// `--unit` runs the unit tests alone: no build, no browser, no other program. Everything else goes to vitest.
const args = process.argv.slice(2)
const isUnitOnly = args.includes('--unit')
const filters = args.filter((arg) => arg !== '--unit')
const inCi = process.env['CI'] === 'true'

const e2eFiles = filesIn(join(root, 'test/e2e')).map((file) => relative(root, file))
const isE2eWanted = !isUnitOnly && (filters.length === 0 || filters.some(mayNameE2eFiles))

// Programs that are not npm packages. The tests read their locations from the environment; without one they are skipped.
const programs = [
  {
    skipNotice: 'without the browser tests: Chromium is missing',
    variable: 'CHROMIUM_PATH',
    isWanted: filters.length === 0 || filters.some((filter) => filter.includes('e2e')),
    ensure: ensureChromium,
  },
  {
    skipNotice: 'without the TURN test: coturn is missing',
    variable: 'COTURN_FOLDER',
    isWanted: filters.length === 0 || filters.some((filter) => 'test/e2e/coturn.test.ts'.includes(filter)),
    ensure: ensureCoturn,
  },
  {
    skipNotice: 'without the test with a Python client: python-socketio is missing',
    variable: 'PYTHON_WITH_SOCKETIO',
    isWanted:
      filters.length === 0 ||
      filters.some((filter) => 'test/e2e/third-party/python-client.test.ts'.includes(filter)),
    ensure: ensurePythonWithSocketio,
  },
].filter(({ isWanted }) => isE2eWanted && isWanted)

await ensureInstalled()

/** @type {Record<string, string>} */
const environment = {}
/** @type {typeof programs} */
let missing = []
const scratch = await mkdtemp(join(tmpdir(), 'roomreel-test-'))
let outcome
try {
  outcome = await runTests()
} finally {
  await rm(scratch, { recursive: true })
}

const { counts } = outcome
const seconds = Math.round(performance.now() / 1000)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`)
for (const { skipNotice } of missing) console.log(skipNotice)
if (inCi && missing.length > 0) giveUp('with CI=true no test may be left out')
if (outcome.code !== 0) process.exitCode = outcome.code
else if (counts.failed > 0) process.exitCode = 1
else if (counts.passed === 0) giveUp('no test ran')
else if (inCi && counts.skipped > 0) giveUp('with CI=true no test may be skipped')

// The unit tests run while the build and the programs for the end-to-end tests are prepared. The end-to-end tests
// measure time, so they start when the unit tests have ended.
async function runTests() {
  if (filters.length > 0 || isUnitOnly) {
    await prepareE2e()
    return runVitest('all', isUnitOnly ? ['--project', 'unit'] : [], run)
  }
  const unit = runVitest('unit', ['--project', 'unit'], runInBackground)
  await prepareE2e()
  const unitResult = await unit
  const e2e = inCi && missing.length > 0 ? [] : [await runVitest('e2e', ['--project', 'e2e'], run)]
  const results = [unitResult, ...e2e]
  return {
    code: results.find((result) => result.code !== 0)?.code ?? 0,
    counts: {
      passed: results.reduce((sum, result) => sum + result.counts.passed, 0),
      failed: results.reduce((sum, result) => sum + result.counts.failed, 0),
      skipped: results.reduce((sum, result) => sum + result.counts.skipped, 0),
    },
  }
}

async function prepareE2e() {
  if (isE2eWanted) await Promise.all([ensureBuilt(), ensurePrograms()])
}

async function ensurePrograms() {
  for (const { variable, ensure } of programs) {
    const place = await ensure()
    if (place !== undefined) environment[variable] = place
  }
  missing = programs.filter(({ variable }) => environment[variable] === undefined)
}

async function runVitest(
  /** @type {string} */ name,
  /** @type {ReadonlyArray<string>} */ selection,
  /** @type {(program: string, args: ReadonlyArray<string>, options: { env: NodeJS.ProcessEnv }) => Promise<number>} */ start,
) {
  const report = join(scratch, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await start(
    process.execPath,
    [tool('vitest'), 'run', ...selection, ...reporters, ...filters],
    { env: { ...process.env, ...environment } },
  )
  return { code, counts: await countsIn(report) }
}

/**
 * Prints the output when the program ends.
 *
 * @param {string} program
 * @param {ReadonlyArray<string>} programArgs
 * @param {{ env: NodeJS.ProcessEnv }} options
 */
async function runInBackground(program, programArgs, { env }) {
  const { code, output } = await runQuietly(program, programArgs, env, (child) => {
    if (child.pid !== undefined) setPriority(child.pid, 5)
    process.once('exit', () => child.kill())
  })
  process.stdout.write(output)
  return code
}

/** Vitest takes a filter as a part of a file's path. An option such as `-t` can match a test in any file. */
function mayNameE2eFiles(/** @type {string} */ filter) {
  return filter.startsWith('-') || filter.includes('e2e') || e2eFiles.some((file) => file.includes(filter))
}

/** A file that does not load has no tests to count: it counts as one failure. */
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
