import { fc, test as property } from '@fast-check/vitest'
import { expect } from 'vitest'
import { epoch, roomId } from '../../../../src/domain/kernel/ids.js'
import { parseHead, encodeHead } from '../../../../src/infrastructure/storage/lmdb/head-cache.js'

const heads = fc.record({
  entry: fc.record({
    room: fc.constant(roomId('main')),
    epoch: fc.string({ unit: 'binary' }).map(epoch),
    seq: fc.nat(),
    lastAt: fc.maxSafeNat(),
    due: fc.option(fc.maxSafeNat()),
    occupied: fc.boolean(),
  }),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
})

property.prop([heads])('a head is parsed as it was encoded', (head) => {
  expect(parseHead(roomId('main'), encodeHead(head))).toEqual(head)
})

property.prop([heads])('a head is encoded as JSON', (head) => {
  expect(JSON.parse(encodeHead(head))).toEqual({
    epoch: head.entry.epoch,
    seq: head.entry.seq,
    lastAt: head.entry.lastAt,
    due: head.entry.due,
    occupied: head.entry.occupied,
    hash: Buffer.from(head.hash, 'latin1').toString('hex'),
  })
})
