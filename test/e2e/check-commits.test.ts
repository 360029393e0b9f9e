import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runQuietly } from '../../scripts/run.mjs'

const script = fileURLToPath(new URL('../../scripts/check-commits.mjs', import.meta.url))

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'roomreel-commits-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

const git = async (path: string, ...args: ReadonlyArray<string>): Promise<string> => {
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', '-c', 'commit.gpgsign=false']
  const { code, output } = await runQuietly('git', ['-C', path, ...author, ...args])
  expect([args, code, code === 0 ? '' : output]).toEqual([args, 0, ''])
  return output.trim()
}

/** A repository with one empty commit per subject. */
const repository = async (...subjects: ReadonlyArray<string>): Promise<string> => {
  const path = await folder()
  await git(path, 'init', '--quiet')
  for (const subject of subjects) await git(path, 'commit', '--quiet', '--allow-empty', '--message', subject)
  return path
}

const check = async (
  path: string,
  after: string,
): Promise<{ readonly code: number; readonly findings: ReadonlyArray<string>; readonly last: string }> => {
  const args = ['--in', path, '--after', after, '--since', '2020-01-01T00:00:00Z']
  const { code, output } = await runQuietly(process.execPath, [script, ...args])
  const lines = output.trim().split('\n')
  return { code, findings: lines.filter((line) => line.includes('input:')), last: lines.at(-1) ?? '' }
}

const tooLong = `docs: ${'a'.repeat(67)}`

test('rejects subjects after the given commit that are not conventional or are too long', async () => {
  const path = await repository('An old subject', 'fix(sessions): keep signals', 'No type', tooLong)
  const base = await git(path, 'rev-parse', 'HEAD~3')
  expect(await check(path, base)).toEqual({
    code: 1,
    findings: [expect.stringContaining(tooLong), expect.stringContaining('No type')],
    last: `commit subjects: 3 checked, after ${base.slice(0, 7)}`,
  })
})

test('accepts conventional subjects and ignores those up to the given commit', async () => {
  const path = await repository('An old subject', 'feat(wire/adr-12): add a field')
  const base = await git(path, 'rev-parse', 'HEAD~1')
  expect(await check(path, base)).toEqual({
    code: 0,
    findings: [],
    last: `commit subjects: 1 checked, after ${base.slice(0, 7)}`,
  })
})

test('checks the commits of a shallow clone, and says that it is one', async () => {
  const path = await repository('An old subject', 'feat: add a field', 'No type')
  const base = await git(path, 'rev-parse', 'HEAD~2')
  const clone = await folder()
  await git(clone, 'clone', '--quiet', '--depth', '1', `file://${path}`, '.')
  expect(await check(clone, base)).toEqual({
    code: 1,
    findings: [expect.stringContaining('No type')],
    last: `commit subjects: 1 checked, newer than 2020-01-01T00:00:00Z (${base.slice(0, 7)} is not an ancestor here: a shallow clone or another history)`,
  })
})

test('says that it checks nothing outside a repository', async () => {
  expect(await check(await folder(), 'HEAD')).toEqual({
    code: 0,
    findings: [],
    last: 'commit subjects: not checked, because this folder is not a git repository',
  })
})
