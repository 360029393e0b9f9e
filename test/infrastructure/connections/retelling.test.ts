import * as TE from '#fp/TaskEither'
import { expect, it } from 'vitest'
import type { Told } from '../../../src/infrastructure/connections/emit.js'
import { createRetelling } from '../../../src/infrastructure/connections/log-replay.js'
import { pickerEncoder } from '../../../src/infrastructure/protocols/picker/encode.js'
import { entering, person, roomDriver, testRoom, virtualClock } from '../../kit/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import { builtInModel } from '../../../src/plugins.js'

it('tells the same again from any place, near the end or further back than it keeps', async () => {
  const ann = person('ann')
  const driver = roomDriver()
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }), ann.memberId)
  const draw = (type: 'start' | 'cancel') =>
    driver.send(
      moduleCommand(randomPicker, type === 'start' ? { type, members: [{ name: 'Ann' }] } : { type }),
      ann.memberId,
    )
  for (let n = 0; n < 3_600; n++) {
    draw('start')
    draw('cancel')
  }
  const log = driver.log()
  const clock = virtualClock()
  let reads = 0
  const records = (_room: unknown, after: number, limit: number) => {
    reads++
    return TE.right(log.slice(after, after + limit))
  }
  const retelling = createRetelling(() => ({ records, model: builtInModel }), clock, [pickerEncoder])
  const seqsOver = async (after: number, upTo: number): Promise<ReadonlyArray<number>> => {
    const told: Array<Told> = []
    await retelling.retell(testRoom, after, upTo, async (some) => void told.push(...some))
    return told.map(({ seq }) => seq)
  }
  // The first four records: the room, its first member, its activity, the first commitment.
  const speaking = log.map(({ seq }) => seq).filter((seq) => seq !== 1 && seq !== 3)
  for (const after of [log.length - 1, log.length - 100, log.length - 9_000, 500, 0]) {
    expect(await seqsOver(after, log.length)).toEqual(speaking.filter((seq) => seq > after))
  }
  expect(await seqsOver(100, 200)).toEqual(speaking.filter((seq) => seq > 100 && seq <= 200))
  const before = reads
  await seqsOver(log.length - 5, log.length)
  expect(reads).toBe(before)
  expect(retelling.size()).toBe(1)
  clock.advance(20_000)
  expect([retelling.size(), clock.pending()]).toEqual([0, []])
})
