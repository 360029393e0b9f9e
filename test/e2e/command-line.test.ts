import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { folders } from '../infrastructure/cli/cli-kit.js'
import { appendOf, board, main } from '../infrastructure/cli/recorded-rooms.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const commandPath = join(dirname(inject('serverMain')), 'infrastructure/cli/roomreel.js')
const { of, clear } = folders()
let data = ''
let scratch = ''

beforeAll(async () => {
  data = await of(appendOf(main()), appendOf(board()))
  scratch = await mkdtemp(join(tmpdir(), 'roomreel-command-line-'))
})

afterAll(async () => {
  await clear()
  await rm(scratch, { recursive: true })
})

const runCommand = async (command: string, args: ReadonlyArray<string>, cwd: string = scratch) => {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const [code] = await once(child, 'close')
  return { code, out, err }
}

/** Lock files, by which a server recognises another server on the folder. */
const lockFiles = async (): Promise<ReadonlyArray<string>> =>
  (await readdir(data)).filter((name) => name.startsWith('in-use'))

test('the command line ends with code 0 and unlocks the data folder when its reader closes the pipe', async () => {
  const script = `set -o pipefail; "${process.execPath}" "${commandPath}" --data "${data}" replay main | head -n 1`
  const { code, out, err } = await runCommand('bash', ['-c', script])
  expect([code, out, err]).toEqual([0, 'main since 2026-01-01T00:00:00.000Z, 66 records\n', ''])
  expect(await lockFiles()).toEqual([])
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the command line unlocks the data folder on %s during a replay', async (signal, code) => {
  const child = spawn(process.execPath, [commandPath, '--data', data, 'replay', 'board', '--speed', '0.001'])
  await once(child.stdout, 'data')
  expect(await lockFiles()).toHaveLength(1)
  child.kill(signal)
  expect(await once(child, 'close')).toEqual([code, null])
  expect(await lockFiles()).toEqual([])
})

test('the command line reports a full disk in one line and ends with code 2', async () => {
  const script = `"${process.execPath}" "${commandPath}" --data "${data}" replay main > /dev/full`
  const { code, err } = await runCommand('bash', ['-c', script])
  expect(code).toBe(2)
  expect(err).toMatch(/^roomreel: the output cannot be written: ENOSPC[^\n]*\n$/)
  expect(await lockFiles()).toEqual([])
})

test('the packed package contains the roomreel command', async () => {
  const packed = await runCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', scratch], root)
  expect(packed.code).toBe(0)
  const [archive] = (await readdir(scratch)).filter((name) => name.endsWith('.tgz'))
  expect((await runCommand('tar', ['-xzf', String(archive)])).code).toBe(0)
  const installed = join(scratch, 'user/node_modules/roomreel')
  await mkdir(dirname(installed), { recursive: true })
  await symlink(join(scratch, 'package'), installed)
  await symlink(join(root, 'node_modules'), join(scratch, 'package/node_modules'))
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  const command = join(installed, manifest.bin.roomreel)
  expect((await readFile(command, 'utf8')).split('\n')[0]).toBe('#!/usr/bin/env node')
  const { code, out } = await runCommand(process.execPath, [command, '--data', data, 'verify'])
  expect(code).toBe(0)
  expect(out).toMatch(/^good {2}board: .*\ngood {2}main: .*2 draws proven\n$/)
  expect((await runCommand(process.execPath, [command, '--version'])).out).toBe(`${manifest.version}\n`)
})
