import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { lookup, without } from '../../../src/domain/kernel/record.js'
import { nastyNames } from '../../kit/index.js'

const keys = fc.oneof(fc.constantFrom(...nastyNames), fc.string({ maxLength: 3 }))
const records = fc.array(fc.tuple(keys, fc.integer())).map((entries) => Object.fromEntries(entries))

test.each(nastyNames)('an empty record has nothing under %j', (name) => {
  expect(lookup({}, name)).toBeUndefined()
  expect(Object.keys(without({}, name))).toEqual([])
})

property.prop([records, keys, fc.integer()])(
  'what was put in is found, and taken out is gone',
  (record, key, value) => {
    const put = { ...record, [key]: value }
    expect(lookup(put, key)).toBe(value)
    const taken = without(put, key)
    expect(lookup(taken, key)).toBeUndefined()
    expect(Object.entries(taken)).toEqual(Object.entries(record).filter(([other]) => other !== key))
  },
)
