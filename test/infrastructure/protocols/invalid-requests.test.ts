import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { native } from '../../../src/infrastructure/protocols/native/index.js'
import { connectFour } from '../../../src/infrastructure/protocols/connect-four/index.js'
import { party } from '../../../src/infrastructure/protocols/party/index.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import type { Client } from '../../kit/live-client.js'
import { withServer } from './server-kit.js'

/** The codes of wire.md, E-13. */
const codes = new Set(
  `invalid-payload payload-too-large rate-limited unknown-event unauthenticated token-expired access-denied
  room-not-found room-exists room-full not-in-room target-not-found self-signal broadcaster-taken not-broadcaster
  draw-running no-draw entropy-given unknown-activity activity-inactive command-id-reused not-your-turn column-full
  game-over not-a-player stale-move stale-negotiation shutting-down store-unavailable internal-error`.split(
    /\s+/,
  ),
)

const fields =
  'room name token create role after epoch seq members nonce entropy memberId id type payload activity module event roomId user column questions choice opponent'

/** Any JSON, and objects with fields of the contract. */
const payloads: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(...fields.split(' ')),
    fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(
        'main',
        'r',
        'random-picker',
        'random-picker.start',
        'poll.vote',
        'telequiz',
        'telequiz.start',
        'telequiz.answer',
        'connect-four',
        'connect-four.create',
        'connect-four.drop',
        'room.activate',
        'Ann',
      ),
    ),
  ),
)

describe('an invalid request', () => {
  const server = withServer()

  const expectValidReply = async (client: Client, event: string, payload: unknown): Promise<void> => {
    const before = server().log.length
    const reply = await client.ask(event, payload)
    if (reply['success'] === true) return
    expect(reply).toEqual({ success: false, error: expect.any(Object) })
    const { error } = reply
    expect(codes).toContain(error?.['code'])
    expect(error).toMatchObject({
      code: expect.not.stringMatching(/^internal-error$/),
      event,
      message: expect.any(String),
    })
    expect(new Date(String(error?.['timestamp'])).toISOString()).toBe(error?.['timestamp'])
    // A failed request writes nothing.
    expect(server().log.length).toBe(before)
  }

  it('gets an error code of the contract, and changes nothing', async () => {
    const [rootClient, nativeClient] = [await server().client(), await server().client('/rooms')]
    const rootEvents = [picker, party, connectFour].flatMap(({ incoming }) => Object.keys(incoming))
    const sent = fc.oneof(
      fc.tuple(fc.constant(rootClient), fc.constantFrom(...rootEvents), payloads),
      fc.tuple(fc.constant(nativeClient), fc.constantFrom(...Object.keys(native.incoming)), payloads),
    )
    await fc.assert(
      fc.asyncProperty(sent, ([client, event, payload]) => expectValidReply(client, event, payload)),
      { numRuns: 600 },
    )
  })

  it('with an event that no protocol has gets unknown-event', async () => {
    for (const namespace of ['/', '/rooms']) {
      const client = await server().client(namespace)
      for (const event of ['nothing', '', 'toString', '__proto__', 'session', 'message', 'x'.repeat(150)]) {
        expect(await client.ask(event, {})).toMatchObject({ error: { code: 'unknown-event' } })
      }
    }
  })

  it('with ten thousand invalid members is rejected within 100 ms', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const members = Array.from({ length: 10_000 }, () => 0)
    let fastestMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < 20; n++) {
      const startedAt = performance.now()
      expect(await broadcaster.ask('startRandom', { members })).toMatchObject({
        error: { path: 'members.0' },
      })
      fastestMs = Math.min(fastestMs, performance.now() - startedAt)
    }
    // Union errors for each member took 200 times as long. The minimum leaves out other load on the machine.
    expect(fastestMs).toBeLessThan(100)
  })
})
