import { z } from 'zod'
import type { ZodObject, ZodType } from 'zod'
import { saidEverywhere } from '../protocols/everywhere.js'
import type { Vocabulary } from '../protocols/protocol-messages.js'

type Json = Readonly<Record<string, unknown>>

interface Message {
  readonly name: string
  readonly title: string
  readonly summary: string
  readonly payload: Json
}

interface Channel {
  readonly address: string
  readonly description: string
  readonly messages: Record<string, Message | Reference>
}

interface Reference {
  readonly $ref: string
}

interface Operation {
  readonly action: 'send' | 'receive'
  readonly channel: Reference
  readonly summary: string
  readonly messages: ReadonlyArray<Reference>
  readonly reply?: { readonly channel: Reference; readonly messages: ReadonlyArray<Reference> }
}

/** An AsyncAPI 3 document, seen from the server: it receives what clients send, and sends what they are told. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0'
  readonly info: Json
  readonly defaultContentType: 'application/json'
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<Record<string, Operation>>
  readonly components: Json
}

const refusalMessage: Message = {
  name: 'refusal',
  title: 'Acknowledgement of a refusal',
  summary: 'The command changed nothing; `code` says why.',
  payload: {
    type: 'object',
    required: ['success', 'error'],
    properties: {
      success: { const: false },
      error: {
        type: 'object',
        required: ['code', 'message', 'timestamp'],
        properties: {
          code: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$' },
          message: { type: 'string' },
          timestamp: { type: 'string', format: 'date-time' },
          event: { type: 'string' },
          path: { type: 'string' },
        },
      },
    },
  },
}

/**
 * Describes the vocabularies from the very schemas that check them. A channel is a Socket.IO namespace, shared by the
 * dialects that speak in it; a message's `name` is the event's name; a reply is the acknowledgement.
 */
export const asyncApi = (vocabularies: ReadonlyArray<Vocabulary>): AsyncApi => {
  const channels: Record<string, Channel> = {}
  const operations: Record<string, Operation> = {}
  for (const vocabulary of vocabularies) {
    const id = channelId(vocabulary.namespace)
    const channel = (channels[id] ??= emptyChannel(vocabulary.namespace))
    const common = { dialect: id, outgoing: saidEverywhere }
    describeOutgoing(common, id, channel, operations)
    describeIncoming(vocabulary, id, channel, operations)
    describeOutgoing(vocabulary, id, channel, operations)
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Roomreel',
      version: '1.0.0',
      description:
        'Socket.IO v4. An event name is a message’s `name`; its payload is the event’s one argument.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels,
    operations,
    components: { messages: { refusal: refusalMessage } },
  }
}

const emptyChannel = (namespace: string): Channel => ({
  address: namespace,
  description: `The Socket.IO namespace ${namespace}`,
  messages: { refusal: { $ref: '#/components/messages/refusal' } },
})

const describeIncoming = (
  { dialect, incoming }: Vocabulary,
  id: string,
  channel: Channel,
  operations: Record<string, Operation>,
): void => {
  for (const [event, { summary, payload, reply }] of Object.entries(incoming)) {
    const asked = `${dialect}.${event}.in`
    const acknowledged = `${dialect}.${event}.reply`
    channel.messages[asked] = { name: event, title: event, summary, payload: schemaOf(payload, 'input') }
    channel.messages[acknowledged] = {
      name: event,
      title: `Acknowledgement of ${event}`,
      summary: 'The command was carried out.',
      payload: schemaOf(withSuccess(reply), 'output'),
    }
    operations[`${dialect}.receive.${event}`] = {
      action: 'receive',
      channel: { $ref: `#/channels/${id}` },
      summary,
      messages: [messageIn(id, asked)],
      reply: {
        channel: { $ref: `#/channels/${id}` },
        messages: [messageIn(id, acknowledged), messageIn(id, 'refusal')],
      },
    }
  }
}

const describeOutgoing = (
  { dialect, outgoing, kebab = {} }: Pick<Vocabulary, 'dialect' | 'outgoing' | 'kebab'>,
  id: string,
  channel: Channel,
  operations: Record<string, Operation>,
): void => {
  const named = Object.entries(outgoing)
  const renamed = named.flatMap(([event, { summary, payload }]) => {
    const other = kebab[event]
    const told = { summary: `${event}, where auth.names is 'kebab'. ${summary}`, payload }
    return other === undefined ? [] : [[other, told] as const]
  })
  for (const [event, { summary, payload }] of [...named, ...renamed]) {
    const told = `${dialect}.${event}.out`
    channel.messages[told] = { name: event, title: event, summary, payload: schemaOf(payload, 'output') }
    operations[`${dialect}.send.${event}`] = {
      action: 'send',
      channel: { $ref: `#/channels/${id}` },
      summary,
      messages: [messageIn(id, told)],
    }
  }
}

const channelId = (namespace: string): string => (namespace === '/' ? 'root' : namespace.slice(1))

const messageIn = (channel: string, message: string): Reference => ({
  $ref: `#/channels/${channel}/messages/${message}`,
})

/** Draft 7, which AsyncAPI's own schema objects are a superset of. What JSON Schema cannot say is left open. */
const schemaOf = (schema: ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    unrepresentable: 'any',
    // A definition would have to be found again from inside the document; repeated, it needs no finding.
    reused: 'inline',
  })
  return described
}

/** In the reply's own object: described beside it, it would be one of the fields that the reply does not have. */
const withSuccess = (reply: ZodObject): ZodObject => reply.extend({ success: z.literal(true) })
