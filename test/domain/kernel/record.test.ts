import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { lookup, without } from '../../../src/domain/kernel/record.js'
import { nastyNames } from '../../kit/index.js'

const keys = fc.oneof(fc.constantFrom(...nastyNames), fc.string({ maxLength: 3 }))
const records = fc.array(fc.tuple(keys, fc.integer())).map((entries) => Object.fromEntries(entries))

test.each(nastyNames)('an empty record has no value for the key %j', (name) => {
  expect(lookup({}, name)).toBeUndefined()
  expect(Object.keys(without({}, name))).toEqual([])
})

property.prop([records, keys, fc.integer()])(
  'a look-up finds an added key and does not find a removed one',
  (record, key, value) => {
    const added = { ...record, [key]: value }
    expect(lookup(added, key)).toBe(value)
    const removed = without(added, key)
    expect(lookup(removed, key)).toBeUndefined()
    expect(Object.entries(removed)).toEqual(Object.entries(record).filter(([other]) => other !== key))
  },
)
