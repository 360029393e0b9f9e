import { parseArgs } from 'node:util'
import { ensureInstalled } from './install.mjs'
import { root, runQuietly, tool } from './run.mjs'

// Checks the subjects of all commits since the project uses Conventional Commits; the rules are in
// commitlint.config.mjs. `.ci/run` calls it. It always prints which commits it has checked.

const { values } = parseArgs({
  options: {
    in: { type: 'string', default: root },
    // The last commit without the convention, and its time: a shallow clone does not contain the commit.
    after: { type: 'string', default: '3fc27362c5539e7e5b164e7ced3f4e1cbed81ee7' },
    since: { type: 'string', default: '2026-11-22T02:58:47Z' },
  },
})

await ensureInstalled()

if ((await git('rev-parse', '--git-dir')).code === 0) {
  await checkCommits()
} else {
  console.log('commit subjects: not checked, because this folder is not a git repository')
}

async function checkCommits() {
  const hasBase = (await git('merge-base', '--is-ancestor', values.after, 'HEAD')).code === 0
  const short = values.after.slice(0, 7)
  // One second later, because `--since` includes the instant itself.
  const since = new Date(Date.parse(values.since) + 1_000).toISOString()
  const range = hasBase ? [`${values.after}..HEAD`] : ['HEAD', `--since=${since}`]
  const count = Number((await git('rev-list', '--count', ...range)).output)
  const place = ['--cwd', values.in, '--config', `${root}/commitlint.config.mjs`]
  const selection = hasBase ? ['--from', values.after] : [`--git-log-args=--since=${since}`]
  const commitlint = [tool('@commitlint/cli', 'commitlint'), ...place, ...selection, '--to', 'HEAD']
  const { code, output } = await runQuietly(process.execPath, commitlint)
  if (output.trim() !== '') console.log(output.trim())
  const extent = hasBase
    ? `after ${short}`
    : `newer than ${values.since} (${short} is not an ancestor here: a shallow clone or another history)`
  console.log(`commit subjects: ${count} checked, ${extent}`)
  process.exitCode = code
}

/** @param {ReadonlyArray<string>} args */
function git(...args) {
  return runQuietly('git', ['-C', values.in, ...args])
}
