import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import type { RawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const KIB = 1024

let started: StartedApp
let raw: RawClient

beforeEach(async () => {
  started = await startedApp([Echo])
  raw = await rawClient(started.port)
})

afterEach(async () => {
  await raw.close()
  await started.close()
})

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** Sends an event that asks for an acknowledgement, and reads the one answer. */
const answered = async (
  json: string,
  id = 7,
): Promise<{ success: boolean; error?: Record<string, unknown> }> => {
  raw.send(`2${id}["echo",${json}]`)
  const frame = await raw.next()
  expect(frame.slice(0, 3)).toBe(`43${id}`)
  return (JSON.parse(frame.slice(3)) as [never])[0]
}

const isStillServed = async (): Promise<void> => {
  expect(await answered('"still here"', 9)).toEqual({ success: true, payload: 'still here' })
}

describe('an event is refused, once, and the connection goes on, when', () => {
  test('it is an 8 KB array nested 4 000 deep', async () => {
    expect(await answered(nested(4000))).toEqual({
      success: false,
      error: {
        code: 'invalid-payload',
        message: 'The payload is not well-formed',
        timestamp: '2026-01-02T03:04:05.000Z',
        event: 'echo',
        path: Array.from({ length: 32 }, () => '0').join('.'),
      },
    })
    await isStillServed()
  })

  test.each([
    ['33 deep', nested(33)],
    ['33 deep in objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33)],
  ])('it is %s', async (_what, json) => {
    expect(await answered(json)).toMatchObject({ error: { code: 'invalid-payload' } })
    await isStillServed()
  })

  test('32 deep is not too deep', async () => {
    expect(await answered(nested(32))).toMatchObject({ success: true })
  })

  test.each([['__proto__'], ['constructor'], ['prototype'], ['\\u005f_proto__']])(
    'a key is %s',
    async (key) => {
      expect(await answered(`{"a":[{"${key}":{"admin":true}}]}`)).toMatchObject({
        error: { code: 'invalid-payload', path: `a.0.${JSON.parse(`"${key}"`) as string}` },
      })
      await isStillServed()
    },
  )

  test.each([
    ['a text', '{"name":"\\ud800"}', 'name'],
    ['a text deeper in', '{"a":{"b":["fine","\\udc00 low first"]}}', 'a.b.1'],
    ['the payload itself', '"\\ud83d"', undefined],
    ['a key', '{"\\ud800":1}', undefined],
  ])('%s has a lone surrogate', async (_where, json, path) => {
    const { error } = await answered(json)
    expect([error?.['code'], error?.['path']]).toEqual(['invalid-payload', path])
    await isStillServed()
  })

  test('a pair of surrogates is a character', async () => {
    expect(await answered('"\\ud83d\\ude00"')).toEqual({ success: true, payload: '😀' })
  })

  test('it is over 64 KiB, counted in bytes', async () => {
    const rest = '["echo",""]'.length
    expect(await answered(`"${'x'.repeat(64 * KIB - rest)}"`)).toMatchObject({ success: true })
    expect(await answered(`"${'x'.repeat(64 * KIB - rest + 1)}"`)).toMatchObject({
      error: { code: 'payload-too-large', event: 'echo' },
    })
    expect(await answered(`"${'é'.repeat(32 * KIB)}"`)).toMatchObject({
      error: { code: 'payload-too-large' },
    })
    await isStillServed()
  })

  test('it is a draw over 512 KiB; a smaller one is none too large', async () => {
    const member = JSON.stringify('m'.repeat(49))
    const members = (count: number): string => `[${Array.from({ length: count }, () => member).join()}]`
    raw.send(`21["startRandom",${members(10_000)}]`)
    expect(await raw.next()).toBe('431[{"success":true,"count":10000}]')
    raw.send(`22["startRandom",${members(11_000)}]`)
    expect(await raw.next()).toContain('"code":"payload-too-large"')
    await isStillServed()
  })

  test('it is binary, however many attachments it has; they are dropped', async () => {
    raw.send('52-7["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    raw.send(Buffer.from('one'))
    raw.send(Buffer.from('two'))
    expect(await raw.next()).toContain('"code":"invalid-payload"')
    raw.send('5100-8["echo",{"_placeholder":true,"num":0}]')
    for (let i = 0; i < 100; i++) raw.send(Buffer.from([i]))
    expect(await raw.next()).toContain('438[{"success":false')
    await isStillServed()
  })

  test('no acknowledgement was asked for: then it is told as `error`', async () => {
    raw.send(`2["echo",${nested(4000)}]`)
    const frame = await raw.next()
    expect(frame).toMatch(/^42\["error",\{"code":"invalid-payload"/)
    await isStillServed()
  })

  test('a stock client sends it, over polling too', async () => {
    const client = await started.client('/', { transports: ['polling'] })
    expect(await client.emitWithAck('echo', 'x'.repeat(70 * KIB))).toMatchObject({
      error: { code: 'payload-too-large' },
    })
    expect(await client.emitWithAck('echo', Buffer.from('binary'))).toMatchObject({
      error: { code: 'invalid-payload' },
    })
    expect(await client.emitWithAck('echo', 'fine')).toEqual({ success: true, payload: 'fine' })
  })
})

describe('the connection ends, and no other, when a frame', () => {
  test.each([
    ['is of no type', '9["echo"]'],
    ['is nothing', ''],
    ['is no JSON', '2["echo",'],
    ['is an event without a name', '2[]'],
    ['is an event without data', '2'],
    ['is named as an event of Socket.IO itself', '2["disconnect","transport close"]'],
    ['is named so and too large to be read', `2["disconnect","${'x'.repeat(70 * KIB)}"]`],
    ['is named so and binary', '51-["disconnect",{"_placeholder":true,"num":0}]'],
    ['is an answer that is no list', '31{}'],
    ['is an answer nested 4 000 deep', `31[${nested(4000)}]`],
    ['connects with a list', '0[]'],
    ['connects with a secret nested 4 000 deep', `0/other,{"token":${nested(4000)}}`],
    ['is a refused connection', '4{"message":"no"}'],
    ['is a binary answer', '61-1[{"_placeholder":true,"num":0}]'],
    ['is binary that no event announced', Buffer.from('surprise')],
    ['is over 1 000 000 bytes', `2["echo","${'x'.repeat(1_000_000)}"]`],
  ])('%s', async (_what, packet) => {
    const other = await rawClient(started.port)
    raw.send(packet)
    await raw.ended
    other.send('21["echo",1]')
    expect(await other.next()).toBe('431[{"success":true,"payload":1}]')
    await other.close()
    expect(started.defects).toEqual([])
  })

  test('is text where an attachment is due', async () => {
    raw.send('52-["echo",{"_placeholder":true,"num":0}]')
    raw.send('2["echo",1]')
    await raw.ended
  })

  test('is one more attempt to join a namespace than the 20 at once', async () => {
    for (let joined = 1; joined < 20; joined++) {
      raw.send('0/unheard-of')
      expect(await raw.next()).toContain('Invalid namespace')
    }
    raw.send('0/unheard-of')
    await raw.ended
  })

  test('but a second later there is another one', async () => {
    for (let joined = 1; joined < 40; joined++) {
      started.clock.nowMs += 1000
      raw.send('0/unheard-of')
      expect(await raw.next()).toContain('Invalid namespace')
    }
    await isStillServed()
  })
})
