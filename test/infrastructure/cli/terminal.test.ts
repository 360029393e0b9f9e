import { describe, expect, test } from 'vitest'
import { padToColumns, truncate, escapeControls } from '../../../src/infrastructure/cli/terminal.js'

describe('padToColumns', () => {
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
  ])('pads %s and truncates it between graphemes', (text, column) => {
    expect(padToColumns(6, text)).toBe(column)
    expect(truncate(6, text)).toBe(column.trimEnd())
  })
})

test('escapeControls escapes control characters as JSON does and keeps JSON the same', () => {
  const controls = 'a\u0000\u001b[2J\u007f\u009b\u202e\u2066\u200f\u2028b🎲é'
  const escaped = escapeControls(JSON.stringify(controls))
  expect(escaped).toBe('"a\\u0000\\u001b[2J\\u007f\\u009b\\u202e\\u2066\\u200f\\u2028b🎲é"')
  expect(JSON.parse(escaped)).toBe(controls)
})
