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

/** Sends an event that asks for an acknowledgement, and reads the reply. */
const replyTo = async (
  json: string,
  id = 7,
): Promise<{ success: boolean; error?: Record<string, unknown> }> => {
  raw.send(`2${id}["echo",${json}]`)
  const frame = await raw.next()
  expect(frame.slice(0, 3)).toBe(`43${id}`)
  return (JSON.parse(frame.slice(3)) as [never])[0]
}

const isStillServed = async (): Promise<void> => {
  expect(await replyTo('"still here"', 9)).toEqual({ success: true, payload: 'still here' })
}

describe('an event gets one error reply, and the connection stays open, when', () => {
  test('it is an array of 8 KB with 4 000 levels', async () => {
    expect(await replyTo(nested(4000))).toEqual({
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
    ['arrays', nested(33)],
    ['objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33)],
  ])('its payload has 33 levels of %s', async (_what, json) => {
    expect(await replyTo(json)).toMatchObject({ error: { code: 'invalid-payload' } })
    await isStillServed()
  })

  test.each([['__proto__'], ['constructor'], ['prototype'], ['\\u005f_proto__']])(
    'a key of its payload is %s',
    async (key) => {
      expect(await replyTo(`{"a":[{"${key}":{"admin":true}}]}`)).toMatchObject({
        error: { code: 'invalid-payload', path: `a.0.${JSON.parse(`"${key}"`) as string}` },
      })
      await isStillServed()
    },
  )

  test.each([
    ['a text', '{"name":"\\ud800"}', 'name'],
    ['a nested text', '{"a":{"b":["fine","\\udc00 low first"]}}', 'a.b.1'],
    ['the payload itself', '"\\ud83d"', undefined],
    ['a key', '{"\\ud800":1}', undefined],
  ])('%s has a lone surrogate', async (_where, json, path) => {
    const { error } = await replyTo(json)
    expect([error?.['code'], error?.['path']]).toEqual(['invalid-payload', path])
    await isStillServed()
  })

  test('it exceeds 64 KiB, counted in bytes', async () => {
    const rest = '["echo",""]'.length
    expect(await replyTo(`"${'x'.repeat(64 * KIB - rest)}"`)).toMatchObject({ success: true })
    expect(await replyTo(`"${'x'.repeat(64 * KIB - rest + 1)}"`)).toMatchObject({
      error: { code: 'payload-too-large', event: 'echo' },
    })
    expect(await replyTo(`"${'é'.repeat(32 * KIB)}"`)).toMatchObject({
      error: { code: 'payload-too-large' },
    })
    await isStillServed()
  })

  test('it exceeds 512 KiB, when that is the limit of its traits', async () => {
    const member = JSON.stringify('m'.repeat(49))
    const members = (count: number): string => `[${Array.from({ length: count }, () => member).join()}]`
    raw.send(`21["large",${members(10_000)}]`)
    expect(await raw.next()).toBe('431[{"success":true,"count":10000}]')
    raw.send(`22["large",${members(11_000)}]`)
    expect(await raw.next()).toContain('"code":"payload-too-large"')
    await isStillServed()
  })

  test('it is binary; its attachments are dropped, up to a hundred of them', async () => {
    raw.send('52-7["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]')
    raw.send(Buffer.from('one'))
    raw.send(Buffer.from('two'))
    expect(await raw.next()).toContain('"code":"invalid-payload"')
    raw.send('5100-8["echo",{"_placeholder":true,"num":0}]')
    for (let i = 0; i < 100; i++) raw.send(Buffer.from([i]))
    expect(await raw.next()).toContain('438[{"success":false')
    await isStillServed()
  })

  test('it asks for no acknowledgement: the error is emitted as `error`', async () => {
    raw.send(`2["echo",${nested(4000)}]`)
    const frame = await raw.next()
    expect(frame).toMatch(/^42\["error",\{"code":"invalid-payload"/)
    await isStillServed()
  })

  test('a Socket.IO client sends it by polling', async () => {
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

describe('an event is accepted when', () => {
  test('its payload has 32 levels', async () => {
    expect(await replyTo(nested(32))).toMatchObject({ success: true })
  })

  test('a text has a pair of surrogates', async () => {
    expect(await replyTo('"\\ud83d\\ude00"')).toEqual({ success: true, payload: '😀' })
  })
})

describe('the connection that sends a frame is closed, and no other connection, when the frame', () => {
  test.each([
    ['has no packet type', '9["echo"]'],
    ['is empty', ''],
    ['is not JSON', '2["echo",'],
    ['is an event without a name', '2[]'],
    ['is an event without data', '2'],
    ['has an event name of Socket.IO itself', '2["disconnect","transport close"]'],
    ['has such a name and exceeds the size limit', `2["disconnect","${'x'.repeat(70 * KIB)}"]`],
    ['has such a name and is binary', '51-["disconnect",{"_placeholder":true,"num":0}]'],
    ['is an acknowledgement that is not an array', '31{}'],
    ['is an acknowledgement with 4 000 levels', `31[${nested(4000)}]`],
    ['connects with an array', '0[]'],
    ['connects with authentication data of 4 000 levels', `0/other,{"token":${nested(4000)}}`],
    ['is a connection error', '4{"message":"no"}'],
    ['is a binary acknowledgement', '61-1[{"_placeholder":true,"num":0}]'],
    ['is binary without an event before it', Buffer.from('surprise')],
    ['exceeds 1 000 000 bytes', `2["echo","${'x'.repeat(1_000_000)}"]`],
  ])('%s', async (_what, packet) => {
    const other = await rawClient(started.port)
    raw.send(packet)
    await raw.ended
    other.send('21["echo",1]')
    expect(await other.next()).toBe('431[{"success":true,"payload":1}]')
    await other.close()
    expect(started.defects).toEqual([])
  })

  test('is text in the place of an attachment', async () => {
    raw.send('52-["echo",{"_placeholder":true,"num":0}]')
    raw.send('2["echo",1]')
    await raw.ended
  })

  test('connects to a namespace for the 21st time at once', async () => {
    for (let joined = 1; joined < 20; joined++) {
      raw.send('0/no-such-namespace')
      expect(await raw.next()).toContain('Invalid namespace')
    }
    raw.send('0/no-such-namespace')
    await raw.ended
  })
})

test('a connection may connect to one more namespace per second after the first 20', async () => {
  for (let joined = 1; joined < 40; joined++) {
    started.clock.nowMs += 1000
    raw.send('0/no-such-namespace')
    expect(await raw.next()).toContain('Invalid namespace')
  }
  await isStillServed()
})
