import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Source } from '../../../src/client/mesh/peer-media.js'
import { settled } from './fake-peer-connection.js'
import { otherThan, twoPeers, type Side } from './two-peers.js'

type Ends = ReturnType<typeof twoPeers>

const sides = ['early', 'late'] as const

/** Both peers have the same offer and answer, and candidates for each other. */
const expectAgreement = ({ pcOf }: Ends): void => {
  expect([pcOf('early').signalingState, pcOf('late').signalingState]).toEqual(['stable', 'stable'])
  expect(pcOf('early').agreed()).not.toBeNull()
  expect(pcOf('early').agreed()).toBe(pcOf('late').agreed())
  expect([pcOf('early').reachable(), pcOf('late').reachable()]).toEqual([true, true])
}

const connected = async (ends: Ends): Promise<void> => {
  await ends.untilQuiet()
  for (const side of sides) {
    ends.pcOf(side).iceTurns('connected')
    ends.pcOf(side).opensChannel()
  }
  await ends.untilQuiet()
}

/** Which sources each side receives from the other. */
const received = ({ ends }: Ends, side: Side): Readonly<Record<Source, boolean>> => {
  const media = ends[side].peer.media()
  return {
    microphone: !media.isMuted && media.sound.length > 0,
    camera: media.camera !== null,
    screen: media.screen !== null,
  }
}

const sent = ({ ends }: Ends, side: Side): Readonly<Record<Source, boolean>> => ({
  microphone: ends[side].tracks.has('microphone'),
  camera: ends[side].tracks.has('camera'),
  screen: ends[side].tracks.has('screen'),
})

describe('two peers', () => {
  test('agree with one offer, made by the peer that joined later', async () => {
    const both = twoPeers()
    both.publish('early', 'camera', true)
    both.publish('late', 'camera', true)
    await settled()
    expect(both.ends.early.sent).toEqual([])
    expect(both.ends.late.sent.map(({ kind }) => kind)).toEqual(['offer', 'candidate', 'candidate'])
    await connected(both)
    expectAgreement(both)
    for (const side of sides) expect(received(both, side)).toEqual(sent(both, otherThan(side)))
  })

  test('agree when the newcomer waits for an offer itself: the other one offers after 3 s', async () => {
    const both = twoPeers()
    await settled()
    both.ends.late.sent.splice(0)
    both.timer.advance(3_000)
    await settled()
    expect(both.ends.early.sent.map(({ kind }) => kind)).toEqual(['offer', 'candidate', 'candidate'])
  })

  type Step =
    | { readonly type: 'deliver'; readonly from: Side }
    | { readonly type: 'publish'; readonly side: Side; readonly source: Source; readonly isOn: boolean }
    | { readonly type: 'restart' | 'lose' | 'begin-again' | 'reload'; readonly side: Side }
    | { readonly type: 'settle' | 'wait' }

  const side = fc.constantFrom<Side>(...sides)
  const source = fc.constantFrom<Source>('microphone', 'camera', 'screen')
  const deliver = fc.record({ type: fc.constant('deliver' as const), from: side })
  const quiet = fc.record({ type: fc.constantFrom('settle' as const, 'wait' as const) })
  const publish = fc.record({ type: fc.constant('publish' as const), side, source, isOn: fc.boolean() })
  const restart = fc.record({ type: fc.constant('restart' as const), side })
  const disturbance = fc.record({
    type: fc.constantFrom('lose' as const, 'begin-again' as const, 'reload' as const),
    side,
  })

  const take = async (both: Ends, step: Step): Promise<void> => {
    switch (step.type) {
      case 'deliver':
        return both.deliver(step.from)
      case 'publish':
        return both.publish(step.side, step.source, step.isOn)
      case 'restart':
        return both.ends[step.side].peer.restart()
      case 'lose':
        return void both.ends[step.side].sent.shift()
      case 'begin-again':
        return both.ends[step.side].peer.renegotiate()
      case 'reload':
        return both.reload(step.side)
      case 'settle':
        return settled()
      case 'wait':
        return both.timer.advance(3_000)
    }
  }

  test('agree on one negotiation, however offers and signals cross', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(deliver, quiet, publish, restart), { maxLength: 40 }),
        async (steps) => {
          const both = twoPeers()
          for (const step of steps) await take(both, step)
          await connected(both)
          expectAgreement(both)
          for (const one of sides) expect(received(both, one)).toEqual(sent(both, otherThan(one)))
        },
      ),
      { numRuns: 200 },
    ))

  test('agree in the end after lost signals, renegotiations and reloads', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(deliver, quiet, publish, restart, disturbance), { maxLength: 40 }),
        async (steps) => {
          const both = twoPeers()
          for (const step of steps) await take(both, step)
          // An unanswered offer is repeated; so is a negotiation after lost signals, or a restart.
          for (let round = 0; round < 6; round++) {
            await both.untilQuiet()
            both.timer.advance(60_000)
          }
          both.ends.early.peer.renegotiate()
          await connected(both)
          expectAgreement(both)
          for (const one of sides) expect(received(both, one)).toEqual(sent(both, otherThan(one)))
        },
      ),
      { numRuns: 200 },
    ))
})

describe('a broken connection', () => {
  const broken = async (state: string) => {
    const both = twoPeers()
    await connected(both)
    const before = both.pcOf('early').ufrag()
    both.pcOf('early').iceTurns(state)
    return { both, before }
  }

  test('is restarted at once when it has failed, and both peers agree on a new path', async () => {
    const { both, before } = await broken('failed')
    both.timer.advance(0)
    await both.untilQuiet()
    expect(both.pcOf('early').ufrag()).not.toBe(before)
    expectAgreement(both)
  })

  test('is restarted after three seconds when it is disconnected', async () => {
    const { both, before } = await broken('disconnected')
    both.timer.advance(2_999)
    await both.untilQuiet()
    expect(both.pcOf('early').ufrag()).toBe(before)
    both.timer.advance(1)
    await both.untilQuiet()
    expect(both.pcOf('early').ufrag()).not.toBe(before)
  })

  test('is not restarted when it recovers within three seconds', async () => {
    const { both, before } = await broken('disconnected')
    both.pcOf('early').iceTurns('connected')
    both.timer.advance(100_000)
    await both.untilQuiet()
    expect(both.pcOf('early').ufrag()).toBe(before)
  })

  test('is restarted repeatedly with longer pauses while it stays broken', async () => {
    const { both } = await broken('failed')
    const ways = new Set<string>()
    for (let second = 0; second < 120; second++) {
      both.timer.advance(1_000)
      await both.untilQuiet()
      ways.add(both.pcOf('early').ufrag())
    }
    expect(ways.size).toBeGreaterThan(5)
    expect(ways.size).toBeLessThan(14)
  })
})

describe('a closed peer', () => {
  test('has no timer and no connection, and ignores signals', async () => {
    const both = twoPeers()
    await connected(both)
    both.pcOf('early').iceTurns('failed')
    both.ends.early.peer.close()
    both.ends.late.peer.close()
    expect(both.timer.waiting.size).toBe(0)
    expect(both.ends.early.connections.every((pc) => pc.isClosed())).toBe(true)
    both.ends.early.peer.receive({ kind: 'offer', negotiation: 'x', description: { type: 'offer', sdp: '' } })
    await settled()
    expect(both.ends.early.sent).toEqual([])
    expect(both.ends.early.connections).toHaveLength(1)
  })
})
