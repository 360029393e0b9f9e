import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folders, roomreel } from './cli-kit.js'
import { appendOf, board, main } from './recorded-rooms.js'

const guide = readFileSync(new URL('../../../docs/replay.md', import.meta.url), 'utf8')

interface Block {
  readonly language: string
  readonly text: string
}

const blocks: ReadonlyArray<Block> = [...guide.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => ({ language, text: text.trimEnd() }),
)

test('every command of the replay guide prints what the guide shows', async () => {
  const { of, clear } = folders()
  const work = await mkdtemp(join(tmpdir(), 'roomreel-guide-'))
  const data = await of(appendOf(main()), appendOf(board()), appendOf(board('own', '-room')))
  const replacePath = (word: string): string => {
    if (word === 'data') return data
    return word === 'other' || word.endsWith('.ndjson') ? join(work, word) : word
  }
  let output: ReadonlyArray<string> = []
  let commands = 0
  for (const { language, text } of blocks) {
    if (language === 'sh') {
      output = []
      for (const line of text.split('\n')) {
        const [name, ...words] = line.split(' ')
        const { code, out, notes } = await roomreel(words.map(replacePath))
        expect([line, name, code, code === 0 ? [] : notes]).toEqual([line, 'roomreel', 0, []])
        output = [...output, ...out]
        commands++
      }
    } else if (!text.startsWith('bad ')) {
      for (const line of text.split('\n')) expect(output).toContain(line)
    }
  }
  expect(commands).toBeGreaterThan(12)
  await clear()
  await rm(work, { recursive: true })
})
