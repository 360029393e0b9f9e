import { describe, expect, test } from 'vitest'
import { createAdmissionControl } from '../../../src/application/engine/admission-control.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { engineKit } from '../../kit/engine-kit.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, bob, opened, saidIn, say, start } from './scenarios.js'
import { unreliableStore } from './unreliable-store.js'

describe('admission control', () => {
  const scene = () => {
    const clock = virtualClock()
    const called: Array<string> = []
    const admission = createAdmissionControl(clock)
    const retries = new Map(['a', 'b', 'c', 'd'].map((name) => [name, () => void called.push(name)]))
    const admits = (name: string): boolean => admission.admit(retries.get(name) ?? (() => undefined))
    return { clock, admission, called, admits }
  }

  test('admits every request while no decision waits to be written', () => {
    const { clock, admits } = scene()
    for (let count = 0; count < 10; count++) {
      expect(admits('a')).toBe(true)
      clock.standStill(5)
    }
    expect(clock.pending()).toEqual([])
  })

  test('admits requests for two milliseconds after a decision, and retries the others in order after the commit starts', () => {
    const { clock, admission, called, admits } = scene()
    admission.markDecided()
    clock.standStill(1)
    admission.markDecided()
    expect(admits('a')).toBe(true)
    clock.standStill(1)
    expect([admits('b'), admits('c'), admits('b')]).toEqual([false, false, false])
    expect(called).toEqual([])
    admission.markCommitted()
    expect(called).toEqual(['b', 'c'])
    expect(clock.pending()).toEqual([])
    expect(admits('d')).toBe(true)
  })

  test('admits the next slice after a pause if the store is slow', () => {
    const { clock, admission, called, admits } = scene()
    admission.markDecided()
    clock.standStill(2)
    expect(admits('a')).toBe(false)
    clock.advance(3)
    expect(called).toEqual([])
    clock.advance(1)
    expect(called).toEqual(['a'])
  })

  test('calls no retry after it is closed', () => {
    const { clock, admission, called, admits } = scene()
    admission.markDecided()
    clock.standStill(2)
    expect(admits('a')).toBe(false)
    admission.close()
    clock.advance(100)
    expect(called).toEqual([])
    expect(clock.pending()).toEqual([])
  })

  test('a retry that uses up the slice leaves the others waiting for the next one', () => {
    const { clock, admission, called, admits } = scene()
    admission.markDecided()
    clock.standStill(2)
    admission.admit(() => {
      called.push('slow')
      admission.markDecided()
      clock.standStill(2)
    })
    expect(admits('b')).toBe(false)
    admission.markCommitted()
    expect(called).toEqual(['slow'])
    clock.advance(4)
    expect(called).toEqual(['slow', 'b'])
  })
})

describe('requests to many rooms in one instant', () => {
  const [first, second, third] = [roomId('a'), roomId('b'), roomId('c')]
  const rooms = [first, second, third, roomId('d')]

  test('are all decided, slice by slice', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store })
    for (const room of rooms) await opened(kit, room)
    const before = store.groups.length
    for (const room of rooms) {
      kit.send(say(room), { room, by: bob.memberId })
      clock.standStill(2)
    }
    expect(kit.engine.load()).toMatchObject({ undecided: 3, undurable: 1 })
    await settled()
    await clock.advanceSettled(20)

    expect(kit.engine.load()).toMatchObject({ undecided: 0, undurable: 0 })
    expect(store.groups.length - before).toBeGreaterThan(1)
    for (const room of rooms) expect(saidIn(await kit.log(room))).toEqual([room])
  })

  test('do not delay a tick', async () => {
    const clock = virtualClock()
    const kit = engineKit({ clock })
    for (const room of rooms) await opened(kit, room)
    await kit.ask(start, { room: first, by: ann.memberId })
    await clock.advanceSettled(99)
    kit.send(say('first'), { room: second, by: bob.memberId })
    clock.standStill(2)
    kit.send(say('second'), { room: third, by: bob.memberId })
    expect(kit.engine.load().undecided).toBe(1)
    clock.advance(0)
    expect(kit.engine.load()).toMatchObject({ undecided: 1, undurable: 2 })
  })

  test('are rejected when the engine stops meanwhile, and no timer is left', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store })
    for (const room of rooms) await opened(kit, room)
    for (const room of rooms) {
      kit.send(say(room), { room, by: bob.memberId })
      clock.standStill(2)
    }
    await kit.engine.stop()
    const last = kit.outputs
      .flatMap((heard) => (heard.type === 'answered' ? [heard.result._tag] : []))
      .slice(-4)
    expect(last.toSorted()).toEqual(['Left', 'Left', 'Left', 'Right'])
    expect(clock.pending()).toEqual([])
  })
})
