import { ensureInstalled } from './install.mjs'
import { root, runQuietly, tool } from './run.mjs'

// Checks the subjects of all commits since the project uses Conventional Commits; the rules are in
// commitlint.config.mjs. `.ci/run` calls it. It always prints which commits it has checked.

/** The last commit without the convention. A shallow clone does not contain it, so its time is here as well. */
const base = { id: '3fc27362c5539e7e5b164e7ced3f4e1cbed81ee7', at: '2026-11-22T02:58:47Z' }

await ensureInstalled()

if ((await git('rev-parse', '--git-dir')).code === 0) {
  await checkCommits()
} else {
  console.log('commit subjects: not checked, because this folder is not a git repository')
}

async function checkCommits() {
  const hasBase = (await git('merge-base', '--is-ancestor', base.id, 'HEAD')).code === 0
  const short = base.id.slice(0, 7)
  // Seconds later than the base, because `--since` includes the instant itself.
  const since = new Date(Date.parse(base.at) + 1_000).toISOString()
  const list = await git(
    'rev-list',
    '--count',
    ...(hasBase ? [`${base.id}..HEAD`] : ['HEAD', `--since=${since}`]),
  )
  const count = Number(list.output)
  const range = hasBase
    ? `after ${short}`
    : `newer than ${base.at} (${short} is not an ancestor here: a shallow clone or another history)`
  const selection = hasBase ? ['--from', base.id] : [`--git-log-args=--since=${since}`]
  const { code, output } = await runQuietly(process.execPath, [
    tool('@commitlint/cli', 'commitlint'),
    ...selection,
    '--to',
    'HEAD',
  ])
  if (output.trim() !== '') console.log(output.trim())
  console.log(`commit subjects: ${count} checked, ${range}`)
  process.exitCode = code
}

/** @param {ReadonlyArray<string>} args */
function git(...args) {
  return runQuietly('git', ['-C', root, ...args])
}
