import { describe, expect, test } from 'vitest'
import { violationsIn } from '../../scripts/prose-linter.mjs'
import { words } from '../../scripts/prose-words.mjs'

const source = `
// A turnstile.
import { hearers } from './farewells.js'

/**
 * Counts, so
 * many as fit.
 *
 * \`dialect\` is a stored field.
 */
export const ledger = 'whoever reads this string' // Read anew.

describe('a vocabulary', () => {
  test.each([1])(\`in the midst of \${ledger}\`, () => say('whoever'))
  it('refusals', async () => {})
})

export const cases = [{ promise: 'outlives its room', check: 'outlives' }]
`

const markdown = `
# Tallies

A \`turnstile\` is code, *whoever* reads it.

\`\`\`ts
// whoever
\`\`\`

| in its turn | [a ledger](ledger.md) |
| --- | --- |
`

const found = async (path: string, text: string): Promise<ReadonlyArray<string>> =>
  (await violationsIn(path, text)).map(({ line, message }) => `${line} ${message.split('”')[0]}`)

describe('the prose check', () => {
  test('finds words in comments and test names, and ignores string literals and identifiers', async () => {
    expect(await found('a.test.ts', source)).toEqual([
      '2 “turnstile',
      '6 “so many as',
      '11 “anew',
      '13 “vocabulary',
      '14 “midst',
      '15 “refusals',
      '18 “outlives',
    ])
  })

  test('reads comments in JSX and in modules', async () => {
    const comment = 'export const a = <p>{/* whoever */}hearers</p>'
    expect(await found('a.tsx', comment)).toEqual(['1 “whoever'])
    expect(await found('a.mjs', '#!/usr/bin/env node\n// whoever\n')).toEqual(['2 “whoever'])
  })

  test('finds words in Markdown, and ignores its code', async () => {
    expect(await found('a.md', markdown)).toEqual([
      '2 “Tallies',
      '4 “whoever',
      '10 “in its turn',
      '10 “ledger',
    ])
  })

  test('says with each word what to write instead', async () => {
    expect(await violationsIn('docs/a.md', 'An audience.')).toEqual([
      {
        path: 'docs/a.md',
        line: 1,
        message: '“audience”: The term is “subscribers”. The claim of a token is `aud`.',
      },
    ])
  })

  test('fails for a file that cannot be parsed', async () => {
    await expect(violationsIn('a.ts', 'const = 1')).rejects.toThrow(/^a\.ts: /)
  })
})

describe('the word list', () => {
  test.each(words.flatMap(({ wrong, instead }) => wrong.map((sentence) => ({ sentence, instead }))))(
    'finds “$sentence”',
    async ({ sentence, instead }) => {
      const messages = (await violationsIn('a.md', sentence)).map(({ message }) => message)
      expect(messages).toEqual([expect.stringContaining(instead)])
    },
  )

  test.each(words.flatMap(({ right = [] }) => right))('accepts “%s”', async (sentence) => {
    expect(await violationsIn('a.md', sentence)).toEqual([])
  })

  test('accepts its own advice', async () => {
    for (const { instead } of words) expect(await violationsIn('a.md', instead)).toEqual([])
  })
})
