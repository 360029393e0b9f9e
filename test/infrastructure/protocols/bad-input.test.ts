import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { native } from '../../../src/infrastructure/protocols/native/index.js'
import { connectFour } from '../../../src/infrastructure/protocols/connect-four/index.js'
import { party } from '../../../src/infrastructure/protocols/party/index.js'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import type { Client } from '../../kit/live-client.js'
import { withServer } from './with-server.js'

/** All that wire.md names; nothing else may be answered. */
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

/** Objects that nearly fit, and anything at all. */
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

describe('bad input', () => {
  const server = withServer()

  const tried = async (client: Client, event: string, payload: unknown): Promise<void> => {
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
    // A refusal writes nothing: what is in the log by now was written by none of it.
    expect(server().log.length).toBe(before)
  }

  it('gets a code of the contract from every event, and changes nothing', async () => {
    const [rootClient, nativeClient] = [await server().client(), await server().client('/rooms')]
    const rootEvents = [picker, party, connectFour].flatMap(({ incoming }) => Object.keys(incoming))
    const sent = fc.oneof(
      fc.tuple(fc.constant(rootClient), fc.constantFrom(...rootEvents), payloads),
      fc.tuple(fc.constant(nativeClient), fc.constantFrom(...Object.keys(native.incoming)), payloads),
    )
    await fc.assert(
      fc.asyncProperty(sent, ([client, event, payload]) => tried(client, event, payload)),
      { numRuns: 600 },
    )
  })

  it('is an event that nobody has: unknown', async () => {
    for (const namespace of ['/', '/rooms']) {
      const client = await server().client(namespace)
      for (const event of ['nothing', '', 'toString', '__proto__', 'session', 'message', 'x'.repeat(150)]) {
        expect(await client.ask(event, {})).toMatchObject({ error: { code: 'unknown-event' } })
      }
    }
  })

  it('does not hold up the others with ten thousand members that are none', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const members = Array.from({ length: 10_000 }, () => 0)
    let quickestMs = Number.POSITIVE_INFINITY
    for (let n = 0; n < 20; n++) {
      const begun = performance.now()
      expect(await leader.ask('startRandom', { members })).toMatchObject({ error: { path: 'members.0' } })
      quickestMs = Math.min(quickestMs, performance.now() - begun)
    }
    // A union's errors for each of them took two hundred times as long; what else a machine does is not in the quickest.
    expect(quickestMs).toBeLessThan(100)
  })
})
