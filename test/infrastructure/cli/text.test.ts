import { describe, expect, test } from 'vitest'
import { columnOf, cutTo, withoutSteering } from '../../../src/infrastructure/cli/text.js'

describe('a column of a line', () => {
  test.each([
    ['Ann', 'Ann   '],
    ['Annika', 'Annika'],
    ['Annikas', 'Annik…'],
    ['Cléo', 'Cléo  '],
    ['名前', '名前  '],
    ['名前名前', '名前… '],
    ['👩‍👩‍👧', '👩‍👩‍👧    '],
    ['👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', '👩‍👩‍👧👩‍👩‍👧… '],
    ['e\u0301'.repeat(6), 'e\u0301'.repeat(6)],
    ['e\u0301'.repeat(7), `${'e\u0301'.repeat(5)}…`],
    ['', '      '],
  ])('%s has its place, and is cut between signs', (text, column) => {
    expect(columnOf(6, text)).toBe(column)
    expect(cutTo(6, text)).toBe(column.trimEnd())
  })
})

test('what would steer a screen is shown as JSON writes it, and stays the same JSON', () => {
  const nasty = 'a\u0000\u001b[2J\u007f\u009b\u202e\u2066\u200f\u2028b🎲é'
  const shown = withoutSteering(JSON.stringify(nasty))
  expect(shown).toBe('"a\\u0000\\u001b[2J\\u007f\\u009b\\u202e\\u2066\\u200f\\u2028b🎲é"')
  expect(JSON.parse(shown)).toBe(nasty)
})
