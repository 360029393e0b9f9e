import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { copyBuild } from './build-copy.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'roomreel-build-copy-'))
})

afterEach(() => rmSync(root, { recursive: true }))

const built = (name: string, content: string): string => {
  const folder = join(root, name)
  mkdirSync(join(folder, 'domain'), { recursive: true })
  writeFileSync(join(folder, '.built-from'), content)
  writeFileSync(join(folder, 'main.js'), content)
  writeFileSync(join(folder, 'domain', 'room.js'), content)
  return folder
}

describe('copyBuild', () => {
  it('keeps its files when another build replaces dist and when the watcher writes into dist', () => {
    const dist = built('dist', 'old')
    const { main, remove } = copyBuild({ root })
    writeFileSync(join(dist, 'main.js'), 'watched')
    renameSync(dist, join(root, 'gone'))
    built('dist', 'new')
    const room = join(main, '..', 'domain', 'room.js')
    expect([main, room].map((file) => readFileSync(file, 'utf8'))).toEqual(['old', 'old'])
    remove()
    expect(existsSync(main)).toBe(false)
  })

  it('waits for a build that is being moved into place', async () => {
    const next = built('next', 'new')
    const dist = join(root, 'dist')
    const putsInPlace = `setTimeout(() => require('node:fs').renameSync(...process.argv.slice(1)), 200)`
    const builder = spawn(process.execPath, ['-e', putsInPlace, next, dist])
    const ended = once(builder, 'exit')
    expect(readFileSync(copyBuild({ root, patienceMs: 50_000 }).main, 'utf8')).toBe('new')
    await ended
  })

  it('removes the copies of ended processes and keeps those of running processes', async () => {
    built('dist', 'new')
    const gone = spawn(process.execPath, ['-e', ''])
    await once(gone, 'exit')
    built(`.dist-tested-by-${gone.pid}`, 'old')
    built(`.dist-tested-by-${process.ppid}`, 'of another')
    copyBuild({ root }).remove()
    expect(readdirSync(root).toSorted()).toEqual([`.dist-tested-by-${process.ppid}`, 'dist'])
  })

  it('throws and names the build command when there is no build', () => {
    const dist = join(root, 'dist')
    expect(() => copyBuild({ root, patienceMs: 100 })).toThrow(
      `There is no build in ${dist}: "npm run build" makes one`,
    )
  })
})
