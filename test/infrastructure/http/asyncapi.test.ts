import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { picker } from '../../../src/infrastructure/protocols/picker/index.js'
import type { DescribedProtocol } from '../../../src/infrastructure/http/asyncapi.js'
import { asyncApi } from '../../../src/infrastructure/http/asyncapi.js'
import { liveServer } from '../../kit/live-server.js'
import { runningServer } from './running-server.js'
import { withAuth } from '../../../src/infrastructure/protocols/auth/index.js'
import { builtInProtocols } from '../../../src/plugins.js'

const small: DescribedProtocol = {
  namespace: '/small',
  name: 'native',
  incoming: {
    'say:word': {
      summary: 'Says a word',
      payload: z.object({ what: z.string().max(5), loud: z.boolean().default(false) }),
      reply: z.object({ count: z.number().int() }),
    },
  },
  outgoing: { 'say:word': { summary: 'A word was said', payload: z.object({ what: z.string() }) } },
}

/** The part of the document that a reference names. */
const partAt = (document: unknown, reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((within, key) => (within as Record<string, unknown> | undefined)?.[key], document)

const referencesIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  )
}

describe('the AsyncAPI document', () => {
  it('describes an incoming event, its acknowledgement, and an outgoing event of the same name', () => {
    const { channels, operations } = asyncApi([small])
    expect(channels['small']?.address).toBe('/small')
    expect(channels['small']?.messages['native.say:word.in']).toStrictEqual({
      name: 'say:word',
      title: 'say:word',
      summary: 'Says a word',
      payload: {
        type: 'object',
        properties: { what: { type: 'string', maxLength: 5 }, loud: { default: false, type: 'boolean' } },
        required: ['what'],
      },
    })
    expect(channels['small']?.messages['native.say:word.reply']).toMatchObject({
      payload: { properties: { success: { const: true } }, required: ['count', 'success'] },
    })
    expect(operations['native.receive.say:word']).toStrictEqual({
      action: 'receive',
      channel: { $ref: '#/channels/small' },
      summary: 'Says a word',
      messages: [{ $ref: '#/channels/small/messages/native.say:word.in' }],
      reply: {
        channel: { $ref: '#/channels/small' },
        messages: [
          { $ref: '#/channels/small/messages/native.say:word.reply' },
          { $ref: '#/channels/small/messages/refusal' },
        ],
      },
    })
    expect(operations['native.send.say:word']).toStrictEqual({
      action: 'send',
      channel: { $ref: '#/channels/small' },
      summary: 'A word was said',
      messages: [{ $ref: '#/channels/small/messages/native.say:word.out' }],
    })
  })

  it('has one channel for the protocols of a namespace', () => {
    const { channels } = asyncApi([small, { ...small, name: 'picker' }])
    expect(Object.keys(channels)).toStrictEqual(['small'])
    expect(Object.keys(channels['small']?.messages ?? {})).toHaveLength(10)
  })

  it('describes every event of the served protocols, without a broken reference', async () => {
    const server = await runningServer()
    try {
      const response = await server.request('/asyncapi.json')
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const document = (await response.json()) as ReturnType<typeof asyncApi>
      expect(document.asyncapi).toBe('3.0.0')
      expect(document.info).toMatchObject({ title: 'Roomreel', version: expect.any(String) })
      expect(Object.values(document.channels).map(({ address }) => address)).toStrictEqual([
        '/',
        '/admin',
        '/rooms',
      ])
      const described = new Set(Object.keys(document.operations))
      for (const { name, incoming, outgoing } of withAuth(builtInProtocols)) {
        for (const event of Object.keys(incoming)) expect(described).toContain(`${name}.receive.${event}`)
        for (const event of Object.keys(outgoing)) expect(described).toContain(`${name}.send.${event}`)
      }
      const references = referencesIn(document)
      expect(references.length).toBeGreaterThan(50)
      for (const reference of references)
        expect([reference, partAt(document, reference)]).not.toContain(undefined)
    } finally {
      await server.stop()
    }
  })

  it('describes replies and emits that a running server sends', async () => {
    const server = await liveServer()
    try {
      const { channels } = asyncApi(builtInProtocols)
      const fits = (message: string, value: unknown): boolean => {
        const described = channels['root']?.messages[message]
        if (described === undefined || !('payload' in described))
          throw new Error(`${message} is not described`)
        return z.fromJSONSchema(described.payload).safeParse(value).success
      }
      const leader = await server.client('/', { names: 'kebab' })
      const requests: ReadonlyArray<readonly [protocol: string, event: string, payload?: unknown]> = [
        ['picker', 'broadcaster-join', { room: 'r' }],
        ['picker', 'startRandom', ['Ann', 'Bob']],
        ['picker', 'cancelRandom'],
        ['picker', 'leave'],
        ['mesh', 'create:room', { roomCode: 'ABC' }],
        ['mesh', 'join:room', { roomCode: 'ABC' }],
        ['party', 'JOIN_USER_REQUEST', { roomId: 'p', user: { id: 'u', name: 'Ann', colour: 'red' } }],
        ['party', 'ACTIVATE_MODULE', { module: 'poll' }],
        ['connect-four', 'createGame', { opponent: 'human' }],
      ]
      for (const [protocol, event, payload] of requests) {
        const reply = await leader.ask(event, payload)
        expect([event, reply.success, fits(`${protocol}.${event}.reply`, reply)]).toEqual([event, true, true])
      }
      await leader.flush()
      expect(fits('root.session.out', leader.session)).toBe(true)
      leader.socket.emit('startRandom', [])
      await leader.waitFor('error')
      expect(
        leader.payloadsOf('random-started').map((payload) => fits('picker.random-started.out', payload)),
      ).toEqual([true])
      expect(leader.payloadsOf('error').map((payload) => fits('root.error.out', payload))).toEqual([true])
    } finally {
      await server.close()
    }
  })

  it('has the schemas that check payloads', () => {
    const { channels } = asyncApi([picker])
    expect(channels['root']?.messages['picker.remove-member.in']).toMatchObject({
      payload: { properties: { memberId: { type: 'string', minLength: 1, maxLength: 200 } } },
    })
    expect(picker.incoming['remove-member'].payload.safeParse({ memberId: '' }).success).toBe(false)
  })
})
