import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/security-rule.md', root), 'utf8')

/** The rows of the table: the cells between its bars. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ('))
  .map((line) => line.split('|').map((cell) => cell.trim()))

const paragraphs = [
  '(a)(1)',
  '(a)(2)(i)',
  '(a)(2)(ii)',
  '(a)(2)(iii)',
  '(a)(2)(iv)',
  '(b)',
  '(c)(1)',
  '(c)(2)',
  '(d)',
  '(e)(1)',
  '(e)(2)(i)',
  '(e)(2)(ii)',
]

it('has a row for each paragraph of 45 CFR 164.312', () => {
  expect(rows.map(([, paragraph = '']) => paragraph.split(' ')[0])).toEqual(paragraphs)
})

it.each(rows.map((row) => [row[1], row[4]]))('names a test that exists: %s', (paragraph, cell = '') => {
  // The data folder is encrypted by the operating system, which no test of ours can show.
  if (paragraph?.startsWith('(a)(2)(iv)') === true) return expect(cell).toBe('none')
  const [, path = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(cell) ?? []
  const file = fileURLToPath(new URL(path, root))
  expect([path, existsSync(file)]).toEqual([path, true])
  expect(readFileSync(file, 'utf8')).toContain(`${name}'`)
})
