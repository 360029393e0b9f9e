import * as E from '#fp/Either'
import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test } from 'vitest'
import { createEngine } from '../../../src/application/engine/index.js'
import type { Engine } from '../../../src/application/engine/index.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { combinePublishers } from '../../../src/infrastructure/nest/publishing.js'
import { createMetrics } from '../../../src/infrastructure/observability/metrics.js'
import { monitor } from '../../../src/infrastructure/observability/monitor.js'
import { fetchEndpoint } from '../../../src/infrastructure/webhooks/delivery.js'
import { memoryCheckpointStore } from '../../../src/infrastructure/webhooks/checkpoints.js'
import { setUpWebhooks } from '../../../src/infrastructure/webhooks/set-up-webhooks.js'
import type { WebhookSetUp } from '../../../src/infrastructure/webhooks/set-up-webhooks.js'
import { entering, person, seededEntropy, virtualClock } from '../../kit/index.js'
import { memoryLogger } from '../observability/memory-logger.js'
import type { AnswerRequest, Receiver } from './receiver.js'
import { receiver } from './receiver.js'
import { builtInModel } from '../../../src/plugins.js'

const receivers: Array<Receiver> = []
afterEach(async () => {
  for (const each of receivers.splice(0)) await each.close()
})

const startReceiver = async (answer?: AnswerRequest): Promise<Receiver> => {
  const started = await receiver(answer)
  receivers.push(started)
  return started
}

const noAbort = (): AbortSignal => new AbortController().signal

describe('the fetch endpoint', () => {
  test('sends body and headers unchanged, and returns the status', async () => {
    const { url, received } = await startReceiver((response) => response.writeHead(201).end('thank you'))
    const answer = await fetchEndpoint(`${url}/hooks/?key=1`).post(
      '{"ä":1}',
      { 'webhook-id': 'a' },
      noAbort(),
    )
    expect(answer).toStrictEqual({ type: 'answered', status: 201 })
    expect(received.map(({ path, body, headers }) => [path, body, headers['webhook-id']])).toStrictEqual([
      ['/hooks/?key=1', '{"ä":1}', 'a'],
    ])
  })

  test('reuses a connection after responses with and without a body', async () => {
    const { url, connections } = await startReceiver((response, { body }) =>
      body === 'a' ? response.end('thank you') : response.writeHead(204).end(),
    )
    const { post } = fetchEndpoint(url)
    for (const body of 'aabbabab') await post(body, {}, noAbort())
    // Node may not have returned a connection to the pool when the next request starts.
    expect(connections()).toBeLessThanOrEqual(2)
  })

  test('does not follow a redirect', async () => {
    const target = await startReceiver()
    const { url } = await startReceiver((response) => response.writeHead(307, { location: target.url }).end())
    expect(await fetchEndpoint(url).post('a', {}, noAbort())).toStrictEqual({
      type: 'answered',
      status: 307,
    })
    expect(target.received).toStrictEqual([])
  })

  test('ends when the request is aborted, also during a response', async () => {
    let onAnswer: () => void = () => undefined
    const answered = new Promise<void>((resolve) => (onAnswer = resolve))
    const { url } = await startReceiver((response) => {
      response.writeHead(200, { 'content-length': 10 }).write('half')
      onAnswer()
    })
    const stop = new AbortController()
    const posted = fetchEndpoint(url).post('a', {}, stop.signal)
    await answered
    stop.abort()
    expect(await posted).toStrictEqual({ type: 'unreachable' })
  })

  test('does not read a response without a length', async () => {
    const { url } = await startReceiver((response) => {
      response.writeHead(200)
      response.write('more')
    })
    expect(await fetchEndpoint(url).post('a', {}, noAbort())).toStrictEqual({
      type: 'answered',
      status: 200,
    })
  })

  test('returns unreachable, without the address, when the connection is refused', async () => {
    const { url, close } = await receiver()
    await close()
    expect(await fetchEndpoint(`${url}/canary`).post('a', {}, noAbort())).toStrictEqual({
      type: 'unreachable',
    })
  })
})

const secret = `whsec_${Buffer.from('canary-0123456789-0123456789-0123').toString('base64')}`
const room = roomId('quiet-room')
const ann = person('Canary', 'canary-user')

const startServer = async (webhook: { readonly url: string; readonly secret: string } | null) => {
  // The verifier reads the machine's clock.
  const clock = virtualClock(Date.now())
  const entropy = seededEntropy('webhooks')
  const metrics = createMetrics(false)
  const { logger, lines } = memoryLogger()
  const checkpoints = memoryCheckpointStore()
  const parts = {
    model: builtInModel,
    store: memoryEventStore(),
    checkpoints,
    clock,
    entropy,
    logger,
    metrics,
  }
  const setUp = await setUpWebhooks(webhook, parts)
  if (E.isLeft(setUp)) throw new Error(setUp.left.problem)
  const { store, publishers }: WebhookSetUp = setUp.right
  const engine: Engine = createEngine({
    model: builtInModel,
    store,
    clock,
    entropy,
    publisher: combinePublishers(publishers),
    monitor: monitor(logger, metrics),
    graceMs: 15_000,
    retentionMs: 1_000,
  })
  await engine.start()
  const submit = (command: RoomCommand, by: MemberId | null = null): Promise<unknown> =>
    new Promise((resolve) => engine.submit(room, { command, by, cause: null, reply: resolve }))
  const stop = async (): Promise<void> => {
    await engine.stop()
    await store.close()
  }
  const text = async (): Promise<string> => (await metrics.text()).body
  return { submit, stop, clock, checkpoints, publishers, lines, text }
}

describe('a server with a webhook', () => {
  test('posts messages that the library of receivers verifies', async () => {
    const { url, received, has } = await startReceiver()
    const { submit, stop, text } = await startServer({ url, secret })
    await submit(entering(ann, 'party', 'user'), ann.memberId)
    await submit({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, ann.memberId)
    await has(2)
    const webhook = new Webhook(secret)
    expect(received.map(({ body, headers }) => webhook.verify(body, headers))).toMatchObject([
      { type: 'member.joined', data: { room, seq: 2, name: 'Canary', userId: 'canary-user' } },
      { type: 'member.left', data: { room, seq: 3, name: 'Canary', reason: 'left' } },
    ])
    const [first, second] = received
    expect(() => webhook.verify(first?.body ?? '', second?.headers ?? {})).toThrow('No matching signature')
    expect(first?.headers['content-type']).toBe('application/json')
    await stop()
    expect(await text()).toContain('roomreel_webhook_deliveries_total{outcome="delivered"} ')
  })

  test('logs and counts failures without names, secrets or addresses', async () => {
    const { url, has } = await startReceiver((response) => response.writeHead(500).end('canary'))
    const { submit, stop, clock, lines, text } = await startServer({ url: `${url}/canary`, secret })
    for (let number = 0; number < 3; number++) {
      const member = person(`canary-${number}`)
      await submit(entering(member, 'party', 'user'), member.memberId)
    }
    await has(1)
    while (!(await text()).includes('outcome="refused"} 1')) await new Promise(setImmediate)
    expect(await text()).toContain('roomreel_webhook_rooms_waiting 1')
    expect(await text()).toContain('roomreel_webhook_events_waiting 3')
    clock.advance(1_000)
    await has(2)
    await stop()
    expect(lines()).toMatchObject([{ level: 'warn', code: 'status-500' }])
    expect(JSON.stringify(lines()) + (await text())).not.toMatch(/canary|127\.0\.0\.1|whsec/i)
    expect(await text()).not.toContain('quiet-room')
  })

  test('records that webhooks are off', async () => {
    const { checkpoints, publishers, stop } = await startServer(null)
    expect([publishers, await checkpoints.isOn()]).toStrictEqual([[], E.right(false)])
    await stop()
  })
})
