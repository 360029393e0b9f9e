import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { namesOf, readNames } from '../../../src/web/picker/names/read-names.js'
import {
  emptyRoster,
  isTooBigToSend,
  maxNames,
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

describe('reading names from what was pasted', () => {
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

  test('any other column, or the whole line, can be chosen', () => {
    const table = readNames('Lee, Ann\nRoe, Bob')
    expect(namesOf(table, 'whole-line')).toEqual(['Lee, Ann', 'Roe, Bob'])
    expect(namesOf(table, 1)).toEqual([' Ann', ' Bob'])
  })

  test('anything that is pasted is read, never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        suggestedNames(text)
      }),
    )
  })
})

describe('sifting names', () => {
  test('every name is added or accounted for', () => {
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

  test('spaces around a name do not make it another', () => {
    expect(sift(withNames(emptyRoster, ['Ann']), [' Ann '], false).duplicates).toEqual(['Ann'])
  })

  test('two people of the same name can be kept', () => {
    expect(sift(emptyRoster, ['Ann', 'Ann'], true).fresh).toEqual(['Ann', 'Ann'])
  })

  test('a name of 200 characters fits, one of 201 does not, half a character never', () => {
    const { fresh, tooLong, broken } = sift(
      emptyRoster,
      ['a'.repeat(200), 'a'.repeat(201), 'half \ud83d'],
      false,
    )
    expect([fresh.length, tooLong.length, broken]).toEqual([1, 1, 1])
  })

  test('the ten thousand and first name is left out', () => {
    const names = Array.from({ length: maxNames + 3 }, (_, i) => `Name ${i}`)
    const { fresh, overLimit } = sift(emptyRoster, names, false)
    expect([fresh.length, overLimit]).toEqual([maxNames, 3])
  })
})

describe('the roster', () => {
  test('keys stay with their names through edits', () => {
    const three = withNames(emptyRoster, ['Ann', 'Bob', 'Cléo'])
    const edited = withNames(without(renamed(three, 2, 'Rob'), 1), ['Dan'])
    expect(edited.entries).toEqual([
      { key: 2, name: 'Rob' },
      { key: 3, name: 'Cléo' },
      { key: 4, name: 'Dan' },
    ])
  })

  test('of two people of one name, one is taken off', () => {
    const twins = withNames(emptyRoster, ['Ann', 'Ann'])
    expect(withoutName(twins, 'Ann').entries).toEqual([{ key: 2, name: 'Ann' }])
    expect(withoutName(twins, 'Bob')).toBe(twins)
  })

  test('ten thousand ordinary names can be sent, ten thousand long ones cannot', () => {
    const named = (length: number) =>
      withNames(
        emptyRoster,
        Array.from({ length: maxNames }, () => 'a'.repeat(length)),
      )
    expect(isTooBigToSend(named(20))).toBe(false)
    expect(isTooBigToSend(named(60))).toBe(true)
  })
})
