import { describe, expect, test } from 'vitest'
import { engineKit } from '../../kit/engine-kit.js'
import { settled } from '../../kit/virtual-clock.js'
import {
  ann,
  annEnters,
  bob,
  cause,
  done,
  leaves,
  opened,
  refusalOf,
  saidIn,
  say,
  start,
  typesOf,
} from './scenarios.js'

describe('a command with an id', () => {
  test('acts once when given twice, and gets the same seq and events both times', async () => {
    const kit = engineKit()
    await opened(kit)
    const asking = { by: bob.memberId, cause: cause('once') }
    const [first, second, other] = await Promise.all([
      kit.ask(say('hello'), asking),
      kit.ask(say('hello'), asking),
      kit.ask(say('bye'), { by: bob.memberId, cause: cause('another') }),
    ])
    await kit.clock.advanceSettled(1_000)
    const third = await kit.ask(say('hello'), asking)

    for (const again of [second, third]) {
      expect(done(again).seq).toBe(done(first).seq)
      expect(done(again).events).toEqual(done(first).events)
    }
    expect(done(other).seq).toBe(done(first).seq + 1)
    expect(saidIn(await kit.log())).toEqual(['hello', 'bye'])
    // The repeated command (3) is answered once its events are read, and delays no other answer meanwhile.
    expect(kit.outputs.flatMap((heard) => (heard.type === 'answered' ? [heard.ask] : []))).toEqual([
      0, 1, 2, 4, 3, 5,
    ])
  })

  test('gets all its events again, also those before its member was created', async () => {
    const kit = engineKit()
    const asking = { by: ann.memberId, cause: cause('enter') }
    const first = done(await kit.ask(annEnters, asking))
    const again = done(await kit.ask(annEnters, asking))
    expect(typesOf(first.events)).toEqual([
      'room.created',
      'room.member-joined',
      'room.activity-activated',
      'random-picker.committed',
    ])
    expect(again.events).toEqual(first.events)
  })

  test('is new after its member has left, and gets only its own events', async () => {
    const kit = engineKit()
    const asking = { by: ann.memberId, cause: cause('enter') }
    await kit.ask(annEnters, asking)
    await kit.ask(leaves, { by: ann.memberId })
    const second = done(await kit.ask(annEnters, asking))
    const again = done(await kit.ask(annEnters, asking))
    expect(typesOf(second.events)).toEqual(['room.member-joined'])
    expect(again.events).toEqual(second.events)
  })

  test('with another payload is rejected with command-id-reused and changes nothing', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(say(1), { by: bob.memberId, cause: cause('id', 'one') })
    const other = await kit.ask(say(2), { by: bob.memberId, cause: cause('id', 'two') })
    expect(refusalOf(other)).toBe('command-id-reused')
    expect(saidIn(await kit.log())).toEqual([1])
  })

  test('belongs to its member: another member can use the same id', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(say(1), { by: bob.memberId, cause: cause('id') })
    await kit.ask(say(1), { by: ann.memberId, cause: cause('id') })
    expect(saidIn(await kit.log())).toEqual([1, 1])
  })

  test('that was rejected is decided again', async () => {
    const kit = engineKit()
    await opened(kit)
    await kit.ask(start, { by: ann.memberId })
    const asking = { by: ann.memberId, cause: cause('again') }
    expect(refusalOf(await kit.ask(start, asking))).toBe('draw-running')
    await kit.clock.advanceSettled(6_000)
    expect(typesOf(done(await kit.ask(start, asking)).events)).toEqual(['random-picker.started'])
  })

  test('is remembered after a restart, for the last 1 000 commands that wrote something', async () => {
    const kit = engineKit()
    await opened(kit)
    for (let count = 0; count < 1_100; count++) {
      void kit.ask(say(count), { by: bob.memberId, cause: cause(`id-${count}`) })
    }
    await settled()
    const before = await kit.log()

    const next = kit.crash()
    await next.engine.start()
    const oldest = done(await next.ask(say(100), { by: bob.memberId, cause: cause('id-100') }))
    expect(oldest.events).toEqual(before.filter((record) => record.cause?.id === 'id-100'))
    const newest = done(await next.ask(say(1_099), { by: bob.memberId, cause: cause('id-1099') }))
    expect(newest.seq).toBe(before.length)
    expect(saidIn(await next.log())).toEqual(saidIn(before))
    await next.ask(say(0), { by: bob.memberId, cause: cause('id-0') })
    expect(saidIn(await next.log())).toEqual([...saidIn(before), 0])
  })
})
