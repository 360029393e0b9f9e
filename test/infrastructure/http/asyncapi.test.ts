import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { nativeVocabulary } from '../../../src/infrastructure/dialects/native/messages.js'
import { pickerVocabulary } from '../../../src/infrastructure/dialects/picker/messages.js'
import type { Vocabulary } from '../../../src/infrastructure/dialects/vocabulary.js'
import { asyncApi } from '../../../src/infrastructure/http/asyncapi.js'
import { runningServer } from './running-server.js'

const small: Vocabulary = {
  namespace: '/small',
  dialect: 'tiny',
  incoming: {
    'say:it': {
      summary: 'Says it',
      payload: z.object({ what: z.string().max(5), loud: z.boolean().default(false) }),
      reply: z.object({ heard: z.number().int() }),
    },
  },
  outgoing: { 'say:it': { summary: 'It was said', payload: z.object({ what: z.string() }) } },
}

/** What a reference within the document leads to. */
const found = (document: unknown, reference: string): unknown =>
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
  it('describes an event that clients send, its acknowledgement, and one that they are sent under the same name', () => {
    const { channels, operations } = asyncApi([small])
    expect(channels['small']?.address).toBe('/small')
    expect(channels['small']?.messages['tiny.say:it.in']).toStrictEqual({
      name: 'say:it',
      title: 'say:it',
      summary: 'Says it',
      payload: {
        type: 'object',
        properties: { what: { type: 'string', maxLength: 5 }, loud: { default: false, type: 'boolean' } },
        required: ['what'],
      },
    })
    expect(channels['small']?.messages['tiny.say:it.reply']).toMatchObject({
      payload: { allOf: [{ properties: { success: { const: true } } }, { required: ['heard'] }] },
    })
    expect(operations['tiny.receive.say:it']).toStrictEqual({
      action: 'receive',
      channel: { $ref: '#/channels/small' },
      summary: 'Says it',
      messages: [{ $ref: '#/channels/small/messages/tiny.say:it.in' }],
      reply: {
        channel: { $ref: '#/channels/small' },
        messages: [
          { $ref: '#/channels/small/messages/tiny.say:it.reply' },
          { $ref: '#/channels/small/messages/refusal' },
        ],
      },
    })
    expect(operations['tiny.send.say:it']).toStrictEqual({
      action: 'send',
      channel: { $ref: '#/channels/small' },
      summary: 'It was said',
      messages: [{ $ref: '#/channels/small/messages/tiny.say:it.out' }],
    })
  })

  it('puts dialects of one namespace into one channel', () => {
    const { channels } = asyncApi([small, { ...small, dialect: 'other' }])
    expect(Object.keys(channels)).toStrictEqual(['small'])
    expect(Object.keys(channels['small']?.messages ?? {})).toHaveLength(7)
  })

  it('has every event of every vocabulary that is served, and leads nowhere into nothing', async () => {
    const server = await runningServer()
    try {
      const response = await server.request('/asyncapi.json')
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
      const document = (await response.json()) as ReturnType<typeof asyncApi>
      expect(document.asyncapi).toBe('3.0.0')
      expect(document.info).toMatchObject({ title: 'Roomreel', version: expect.any(String) })
      expect(Object.values(document.channels).map(({ address }) => address)).toStrictEqual(['/', '/rooms'])
      const described = new Set(Object.keys(document.operations))
      for (const { dialect, incoming, outgoing } of [pickerVocabulary, nativeVocabulary]) {
        for (const event of Object.keys(incoming)) expect(described).toContain(`${dialect}.receive.${event}`)
        for (const event of Object.keys(outgoing)) expect(described).toContain(`${dialect}.send.${event}`)
      }
      const references = referencesIn(document)
      expect(references.length).toBeGreaterThan(50)
      for (const reference of references)
        expect([reference, found(document, reference)]).not.toContain(undefined)
    } finally {
      await server.stop()
    }
  })

  it('is the schema that checks: what it forbids is refused', () => {
    const { channels } = asyncApi([pickerVocabulary])
    expect(channels['root']?.messages['picker.remove-member.in']).toMatchObject({
      payload: { properties: { memberId: { type: 'string', minLength: 1, maxLength: 200 } } },
    })
    expect(pickerVocabulary.incoming['remove-member'].payload.safeParse({ memberId: '' }).success).toBe(false)
  })
})
