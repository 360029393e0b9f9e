import { describe, expect, test } from 'vitest'
import type { PickerState } from '../../../../src/domain/activities/random-picker/index.js'
import { randomPicker } from '../../../../src/domain/activities/random-picker/index.js'
import type { RoomState } from '../../../../src/domain/room/index.js'
import { stateOf } from '../../../../src/domain/room/index.js'
import { builtInModel } from '../../../../src/plugins.js'
import { everybody, firstInstant, testRoom } from '../../../kit/index.js'
import { drawsOf, proofFrom } from './draws.js'
import { cancel, openRoom, start } from './open-room.js'
import { recomputed } from './recompute.js'

const { redactState } = builtInModel

const [ann, , bob, cy] = everybody

describe('a draw', () => {
  test('has its 50 ticks at start + n × 100 ms, then the winner, then the next commitment', () => {
    const driver = openRoom()
    driver.clock.advance(7)
    driver.send(start, ann.memberId)
    const startedAt = driver.clock.now()
    const before = driver.log().length
    for (let tick = 1; tick <= 50; tick++) {
      expect(driver.clock.pending()).toEqual([startedAt + tick * 100])
      driver.clock.advance(100)
    }
    const after = driver.log().slice(before)
    expect(after.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 50 }, () => 'random-picker.highlight'),
      'random-picker.complete',
      'random-picker.committed',
    ])
    expect(after.map(({ at }) => at - startedAt)).toEqual([
      ...Array.from({ length: 50 }, (_, tick) => (tick + 1) * 100),
      5_000,
      5_000,
    ])
    expect(after.at(-1)?.data).toMatchObject({ drawNo: 2 })
    expect(driver.clock.pending()).toEqual([])
  })

  test('continues after the process was suspended: overdue highlights follow at once and in order', () => {
    const driver = openRoom()
    driver.send(start, ann.memberId)
    driver.clock.advance(1_000)
    driver.clock.standStill(2_345)
    driver.send({ type: 'recover', graceMs: 15_000 })
    const [draw] = drawsOf(driver.log())
    expect(draw?.highlights.map(({ data }) => data.tick)).toEqual(Array.from({ length: 33 }, (_, i) => i + 1))
    expect(driver.clock.pending()).toEqual([firstInstant + 3_400])
    driver.clock.advance(1_655)
    expect(drawsOf(driver.log())[0]?.ended?.type).toBe('random-picker.complete')
  })

  test('ends without any member in the room', () => {
    const driver = openRoom()
    driver.send(start, ann.memberId)
    for (const { memberId } of [ann, bob, cy]) {
      driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, memberId)
    }
    expect(driver.state()).toMatchObject({ members: {} })
    driver.clock.advance(5_000)
    expect(drawsOf(driver.log())[0]?.ended?.type).toBe('random-picker.complete')
  })

  test('that is cancelled after any number of highlights reveals the proof of these highlights', () => {
    for (let count = 0; count < 50; count++) {
      const driver = openRoom()
      driver.send(start, ann.memberId)
      driver.clock.advance(count * 100 + 99)
      driver.send(cancel, ann.memberId)
      const [draw, next] = drawsOf(driver.log())
      expect(draw?.ended).toMatchObject({ type: 'random-picker.cancelled', data: { reason: 'cancelled' } })
      const { highlights } = recomputed(draw?.ended?.data.proof ?? proofFrom(openDraw, testRoom))
      expect(draw?.highlights.map(({ data }) => data.index)).toEqual(highlights.slice(0, count))
      expect(draw?.highlights).toHaveLength(count)
      expect(next?.committed.data.drawNo).toBe(2)
      expect(driver.clock.pending()).toEqual([])
    }
  })

  const openDraw = ((): ReturnType<typeof drawsOf>[number] => {
    const [draw] = drawsOf(openRoom().log())
    if (draw === undefined) throw new Error('an open picker has a commitment')
    return draw
  })()

  test('is cancelled with its proof when its module is deactivated', () => {
    const driver = openRoom()
    driver.send(start, ann.memberId)
    driver.clock.advance(250)
    expect(driver.send({ type: 'deactivate', activity: 'random-picker' }, bob.memberId)).toEqual({
      _tag: 'Left',
      left: { type: 'not-broadcaster' },
    })
    driver.send({ type: 'deactivate', activity: 'random-picker' }, ann.memberId)
    expect(
      driver
        .log()
        .slice(-3)
        .map(({ type }) => type),
    ).toEqual(['random-picker.cancelled', 'random-picker.committed', 'room.activity-deactivated'])
    expect(drawsOf(driver.log())[0]?.ended).toMatchObject({ data: { reason: 'deactivated' } })
    driver.clock.advance(10_000)
    expect(driver.log().at(-1)?.type).toBe('room.activity-deactivated')
  })

  test('keeps its commitment when its module is deactivated and activated, because a second one would be a choice', () => {
    const driver = openRoom()
    driver.send({ type: 'deactivate', activity: 'random-picker' }, ann.memberId)
    driver.send({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId)
    expect(drawsOf(driver.log())).toHaveLength(1)
    driver.send(start, ann.memberId)
    driver.clock.advance(5_000)
    const [draw] = drawsOf(driver.log())
    expect(draw?.ended?.data.proof.commitment).toBe(openDraw.committed.data.commitment)
  })

  test('has another seed than the draw before it', () => {
    const driver = openRoom()
    driver.send(start, ann.memberId)
    driver.clock.advance(5_000)
    const seeds = drawsOf(driver.log()).map(({ committed }) => committed.secret?.serverSeed)
    expect(seeds[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(seeds).size).toBe(2)
  })

  test('that runs shows a member its position and none of its later highlights', () => {
    const driver = openRoom()
    driver.send(start, ann.memberId)
    driver.clock.advance(1_250)
    const state = driver.state()
    const view = redactState({ type: 'member', id: bob.memberId }, state)
    const [draw] = drawsOf(driver.log())
    const last = draw?.highlights.at(-1)?.data
    expect(pickerIn(view)?.phase).toEqual({
      type: 'running',
      draw: { ...draw?.started?.data, contributions: [], tick: 12, index: last?.index },
    })
  })

  test('is one of the last twenty in the room’s history, with number, winner and size', () => {
    const driver = openRoom()
    for (let count = 0; count < 23; count++) {
      driver.send(start, ann.memberId)
      driver.clock.advance(5_000)
    }
    const draws = drawsOf(driver.log())
    expect(pickerIn(driver.state())?.draws).toEqual(
      draws.slice(3, 23).map(({ ended }, index) => ({
        drawId: ended?.data.drawId,
        drawNo: index + 4,
        at: ended?.at,
        members: 3,
        winner: ended?.type === 'random-picker.complete' ? ended.data.winner : null,
        cancelled: false,
      })),
    )
  })
})

const pickerIn = (state: RoomState): PickerState | undefined => stateOf(randomPicker, state)
