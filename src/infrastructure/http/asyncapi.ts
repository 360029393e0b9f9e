import { z } from 'zod'
import type { ZodObject, ZodType } from 'zod'
import type { Incoming, Outgoing, Protocol } from '../protocols/define-protocol.js'
import { commonOutgoing } from '../protocols/schemas.js'

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

/** An AsyncAPI 3 document from the server's side: it receives what clients send, and sends what they receive. */
export interface AsyncApi {
  readonly asyncapi: '3.0.0'
  readonly info: Json
  readonly defaultContentType: 'application/json'
  readonly channels: Readonly<Record<string, Channel>>
  readonly operations: Readonly<Record<string, Operation>>
  readonly components: Json
}

const failureMessage: Message = {
  name: 'refusal',
  title: 'Acknowledgement of a failure',
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

/** The part of a protocol that is described. */
export interface DescribedProtocol extends Pick<Protocol, 'name' | 'namespace'> {
  readonly incoming: Readonly<Record<string, Pick<Incoming, 'summary' | 'payload' | 'reply'>>>
  readonly outgoing: Readonly<Record<string, Outgoing>>
}

/**
 * Describes the protocols from the schemas that check their messages. A channel is a Socket.IO namespace, with the messages of
 * all its protocols; a message's `name` is the event's name; a reply is the acknowledgement.
 */
export const asyncApi = (protocols: ReadonlyArray<DescribedProtocol>): AsyncApi => {
  const channels: Record<string, Channel> = {}
  const operations: Record<string, Operation> = {}
  for (const protocol of [...protocols].sort(byNamespace)) {
    const id = channelId(protocol.namespace)
    const channel = (channels[id] ??= emptyChannel(protocol.namespace))
    describeOutgoing({ name: id, outgoing: commonOutgoing }, id, channel, operations)
    describeIncoming(protocol, id, channel, operations)
    describeOutgoing(protocol, id, channel, operations)
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
    components: { messages: { refusal: failureMessage } },
  }
}

const byNamespace = (one: DescribedProtocol, other: DescribedProtocol): number =>
  one.namespace.localeCompare(other.namespace)

const emptyChannel = (namespace: string): Channel => ({
  address: namespace,
  description: `The Socket.IO namespace ${namespace}`,
  messages: { refusal: { $ref: '#/components/messages/refusal' } },
})

const describeIncoming = (
  { name, incoming }: DescribedProtocol,
  id: string,
  channel: Channel,
  operations: Record<string, Operation>,
): void => {
  for (const [event, { summary, payload, reply }] of Object.entries(incoming)) {
    const request = `${name}.${event}.in`
    const acknowledged = `${name}.${event}.reply`
    channel.messages[request] = { name: event, title: event, summary, payload: schemaOf(payload, 'input') }
    channel.messages[acknowledged] = {
      name: event,
      title: `Acknowledgement of ${event}`,
      summary: 'The command was carried out.',
      payload: schemaOf(withSuccess(reply), 'output'),
    }
    operations[`${name}.receive.${event}`] = {
      action: 'receive',
      channel: { $ref: `#/channels/${id}` },
      summary,
      messages: [messageIn(id, request)],
      reply: {
        channel: { $ref: `#/channels/${id}` },
        messages: [messageIn(id, acknowledged), messageIn(id, 'refusal')],
      },
    }
  }
}

const describeOutgoing = (
  { name, outgoing }: { readonly name: string; readonly outgoing: Readonly<Record<string, Outgoing>> },
  id: string,
  channel: Channel,
  operations: Record<string, Operation>,
): void => {
  const own = Object.entries(outgoing)
  const inKebabCase = own.flatMap(([event, { summary, payload, kebab }]) => {
    const described = { summary: `${event}, where auth.names is 'kebab'. ${summary}`, payload }
    return kebab === undefined ? [] : [[kebab, described] as const]
  })
  for (const [event, { summary, payload }] of [...own, ...inKebabCase]) {
    const message = `${name}.${event}.out`
    channel.messages[message] = { name: event, title: event, summary, payload: schemaOf(payload, 'output') }
    operations[`${name}.send.${event}`] = {
      action: 'send',
      channel: { $ref: `#/channels/${id}` },
      summary,
      messages: [messageIn(id, message)],
    }
  }
}

const channelId = (namespace: string): string => (namespace === '/' ? 'root' : namespace.slice(1))

const messageIn = (channel: string, message: string): Reference => ({
  $ref: `#/channels/${channel}/messages/${message}`,
})

/** Draft 7: AsyncAPI's schema objects are a superset of it. What JSON Schema cannot express is left open. */
const schemaOf = (schema: ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _schema, ...described } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    unrepresentable: 'any',
    // A shared definition would need references that are valid inside this document.
    reused: 'inline',
  })
  return described
}

/** In the reply's own object, because that allows no other fields. */
const withSuccess = (reply: ZodObject): ZodObject => reply.extend({ success: z.literal(true) })
