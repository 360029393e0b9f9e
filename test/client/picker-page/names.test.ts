import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maxDrawMembers } from '../../../src/client/fairness/proof.js'
import { namesOf, readNames } from '../../../src/web/picker/names/read-names.js'
import {
  emptyRoster,
  isTooBigToSend,
  renamed,
  sift,
  withNames,
  without,
  withoutName,
} from '../../../src/web/picker/names/roster.js'

const suggestedNames = (text: string): ReadonlyArray<string> => {
  const table = readNames(text)
  return namesOf(table, table.suggested).filter((name) => name.trim() !== '')
}

describe('reading pasted names', () => {
  test.each([
    ['a name per line', 'Ann\nBob\nCléo', ['Ann', 'Bob', 'Cléo']],
    ['lines ended as on Windows', 'Ann\r\nBob\r\n', ['Ann', 'Bob']],
    ['a mark at the beginning, as Excel writes it', '\uFEFFAnn\nBob', ['Ann', 'Bob']],
    ['a list written across', 'Ann, Bob, Cléo', ['Ann', ' Bob', ' Cléo']],
    ['a heading over a single column', 'Name\nAnn\nBob', ['Ann', 'Bob']],
    ['a table with a heading', 'id,name,email\n1,Ann,a@x\n2,Bob,b@x', ['Ann', 'Bob']],
    ['a table with semicolons', 'name;team\nAnn;red\nBob;blue', ['Ann', 'Bob']],
    ['a table with tabs, as copied from a spreadsheet', 'Ann\tred\nBob\tblue', ['Ann', 'Bob']],
    ['a table without a heading, numbers first', '1,Ann\n2,Bob', ['Ann', 'Bob']],
    ['mail addresses before the names', 'a@x,Ann\nb@x,Bob', ['Ann', 'Bob']],
    ['quoted cells', 'name,city\n"Lee, Ann",Rome\n"Roe ""R"" Bob",Bonn', ['Lee, Ann', 'Roe "R" Bob']],
    ['quoted names in a single column', '"Lee, Ann"\n"Roe, Bob"', ['Lee, Ann', 'Roe, Bob']],
    ['nothing', '', []],
    ['blank lines', '\n\n  \n', []],
  ])('%s', (_, text, names) => {
    expect(suggestedNames(text)).toEqual(names)
  })

  test('takes any other column, or the whole line, as the names', () => {
    const table = readNames('Lee, Ann\nRoe, Bob')
    expect(namesOf(table, 'whole-line')).toEqual(['Lee, Ann', 'Roe, Bob'])
    expect(namesOf(table, 1)).toEqual([' Ann', ' Bob'])
  })

  test('reads any text without an exception', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        suggestedNames(text)
      }),
    )
  })
})

describe('adding names', () => {
  test('adds or reports every name', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 4 })), fc.boolean(), (names, keepDuplicates) => {
        const { fresh, duplicates, empty, tooLong, broken, overLimit } = sift(
          emptyRoster,
          names,
          keepDuplicates,
        )
        const accounted = fresh.length + duplicates.length + empty + tooLong.length + broken + overLimit
        expect(accounted).toBe(names.length)
      }),
    )
  })

  test('ignores spaces around a name', () => {
    expect(sift(withNames(emptyRoster, ['Ann']), [' Ann '], false).duplicates).toEqual(['Ann'])
  })

  test('can add two people with the same name', () => {
    expect(sift(emptyRoster, ['Ann', 'Ann'], true).fresh).toEqual(['Ann', 'Ann'])
  })

  test('adds a name of 200 characters, and neither one of 201 nor one with half a surrogate pair', () => {
    const { fresh, tooLong, broken } = sift(
      emptyRoster,
      ['a'.repeat(200), 'a'.repeat(201), 'half \ud83d'],
      false,
    )
    expect([fresh.length, tooLong.length, broken]).toEqual([1, 1, 1])
  })

  test('leaves out the 10 001st name', () => {
    const names = Array.from({ length: maxDrawMembers + 3 }, (_, i) => `Name ${i}`)
    const { fresh, overLimit } = sift(emptyRoster, names, false)
    expect([fresh.length, overLimit]).toEqual([maxDrawMembers, 3])
  })
})

describe('the roster', () => {
  test('keeps the key of each name through edits', () => {
    const three = withNames(emptyRoster, ['Ann', 'Bob', 'Cléo'])
    const edited = withNames(without(renamed(three, 2, 'Rob'), 1), ['Dan'])
    expect(edited.entries).toEqual([
      { key: 2, name: 'Rob' },
      { key: 3, name: 'Cléo' },
      { key: 4, name: 'Dan' },
    ])
  })

  test('removes one of two people with the same name', () => {
    const twins = withNames(emptyRoster, ['Ann', 'Ann'])
    expect(withoutName(twins, 'Ann').entries).toEqual([{ key: 2, name: 'Ann' }])
    expect(withoutName(twins, 'Bob')).toBe(twins)
  })

  test('can be sent with ten thousand ordinary names, and not with ten thousand long ones', () => {
    const named = (length: number) =>
      withNames(
        emptyRoster,
        Array.from({ length: maxDrawMembers }, () => 'a'.repeat(length)),
      )
    expect(isTooBigToSend(named(20))).toBe(false)
    expect(isTooBigToSend(named(60))).toBe(true)
  })
})
