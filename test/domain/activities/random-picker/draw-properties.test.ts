import { fc, test as property } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { builtInModel } from '../../../../src/plugins.js'
import type { Session } from '../../../kit/index.js'
import {
  contextOf,
  entering,
  everybody,
  played,
  roomDriver,
  sessions,
  take,
  testRoom,
} from '../../../kit/index.js'
import { drawsOf, proofFrom } from './draws.js'
import { act, start } from './open-room.js'
import { recomputed } from './recompute.js'
import { type PickerCommand } from '../../../../src/domain/activities/random-picker/index.js'

const { decide } = builtInModel

const [ann] = everybody

/** Any session, after the start of a draw. */
const drawSessions: fc.Arbitrary<Session> = sessions.map(({ seed, turns }) => ({
  seed,
  turns: [
    {
      command: entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }),
      by: null,
      waitMs: 0,
      late: false,
      cause: null,
    },
    { command: start, by: ann.memberId, waitMs: 0, late: false, cause: null },
    ...turns,
  ],
}))

describe('in any session', () => {
  property.prop([drawSessions])('draws follow each other, and each begins with its commitment', (session) => {
    const driver = played(session)
    driver.clock.advance(10_000)
    const draws = drawsOf(driver.log())
    expect(draws.length).toBeGreaterThan(1)
  })

  property.prop([drawSessions])('a member contributes once to a draw, before it starts', (session) => {
    const contributions = new Set<string>()
    for (const { context, before, records } of played(session).steps()) {
      const { command } = context
      if (command.type !== 'act' || records.length === 0) continue
      const pickerCommand = command.command as PickerCommand
      if (pickerCommand.type !== 'contribute') continue
      const [contributed] = records
      expect(records).toHaveLength(1)
      expect(contributed).toMatchObject({
        type: 'random-picker.contributed',
        data: { by: context.by, entropy: pickerCommand.entropy.toLowerCase() },
      })
      expect(before).toMatchObject({
        modules: { 'random-picker': { state: { phase: { type: 'committed' } } } },
      })
      const contribution = JSON.stringify(contributed?.data, ['drawNo', 'by'])
      expect(contributions).not.toContain(contribution)
      contributions.add(contribution)
    }
  })

  property.prop([drawSessions])(
    'a draw that is not cancelled has 50 highlights, and the winner is the 50th',
    (session) => {
      const driver = played(session)
      driver.clock.advance(10_000)
      for (const { started, highlights, ended } of drawsOf(driver.log())) {
        if (started === null) continue
        expect(ended).not.toBeNull()
        if (ended?.type !== 'random-picker.complete') continue
        expect(highlights).toHaveLength(50)
        const last = highlights.at(-1)
        expect(ended.data.index).toBe(last?.data.index)
        expect(ended.data.winner).toEqual(last?.data.member)
      }
    },
  )

  property.prop([drawSessions])(
    'no highlight is early, and none is late unless the process was suspended',
    (session) => {
      const punctual = { ...session, turns: session.turns.map((turn) => ({ ...turn, late: false })) }
      for (const driver of [played(session), played(punctual)]) {
        for (const { started, highlights } of drawsOf(driver.log())) {
          for (const { at, data } of highlights) {
            expect(at).toBeGreaterThanOrEqual((started?.data.startedAt ?? Infinity) + data.tick * 100)
          }
        }
      }
      for (const { started, highlights } of drawsOf(played(punctual).log())) {
        expect(highlights.map(({ at }) => at - (started?.data.startedAt ?? 0))).toEqual(
          highlights.map(({ data }) => data.tick * 100),
        )
      }
    },
  )

  property.prop([drawSessions])(
    'the highlights follow from the revealed proof, also of a cancelled draw',
    (session) => {
      const driver = played(session)
      driver.clock.advance(10_000)
      for (const draw of drawsOf(driver.log())) {
        if (draw.ended === null) continue
        const { proof } = draw.ended.data
        expect(proof).toEqual(proofFrom(draw, testRoom))
        const { commitment, highlights } = recomputed(proof)
        expect(commitment).toBe(draw.committed.data.commitment)
        expect(draw.highlights.map(({ data }) => data.index)).toEqual(
          highlights.slice(0, draw.highlights.length),
        )
        for (const { data } of draw.highlights) expect(data.member).toEqual(proof.members[data.index])
      }
    },
  )

  property.prop([drawSessions])(
    'the starter’s nonce is the last contribution unless it is empty',
    (session) => {
      const driver = played(session)
      for (const { context, records } of driver.steps()) {
        const { command } = context
        if (command.type !== 'act') continue
        const pickerCommand = command.command as PickerCommand
        if (pickerCommand.type !== 'start') continue
        const [first, ...rest] = records
        if (first === undefined) continue
        const nonce = pickerCommand.nonce ?? ''
        const started = rest.at(-1) ?? first
        expect(started.type).toBe('random-picker.started')
        expect(records).toHaveLength(nonce === '' ? 1 : 2)
        if (nonce === '') continue
        expect(first).toMatchObject({
          type: 'random-picker.contributed',
          data: { by: context.by, entropy: Buffer.from(nonce).toString('hex') },
        })
      }
    },
  )

  property.prop([drawSessions, fc.string(), fc.integer({ min: -1, max: 60 }), fc.nat(400)])(
    'a tick that is not due or of another draw has no effect',
    (session, otherId, tick, afterMs) => {
      const driver = roomDriver()
      for (const turn of session.turns) {
        take(driver, turn)
        const draw = drawsOf(driver.log()).at(-1)
        const drawId = draw?.started?.data.drawId
        const now = driver.clock.now()
        const decideTick = (id: string, at: number) =>
          decide(contextOf(act({ type: 'tick', drawId: id, tick }), null, { at }), driver.state())
        const foreign = decideTick(otherId, now + afterMs)
        if (foreign._tag === 'Right') expect(foreign.right).toEqual([])
        if (draw === undefined || draw.started === null || drawId === undefined) continue
        const own = decideTick(drawId, now)
        const isDue = draw.ended === null && tick === draw.highlights.length + 1
        if (own._tag === 'Right' && !(isDue && draw.started.data.startedAt + tick * 100 <= now)) {
          expect(own.right).toEqual([])
        }
      }
    },
  )
})
