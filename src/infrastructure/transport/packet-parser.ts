import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { Packet } from 'socket.io-parser'
import { InvalidFrame, markLarge, invalidFrameIn } from './frame-limits.js'
import type { FrameLimits } from './frame-limits.js'
import { packetOf } from './raw-json.js'

/** Not a Socket.IO packet: Socket.IO catches it and closes the connection. Says nothing of what was sent. */
class InvalidPacket extends Error {
  constructor() {
    super('Invalid Socket.IO packet')
  }
}

type Header = {
  readonly type: PacketType
  readonly nsp: string
  readonly id: number | undefined
  readonly attachments: number
  /** Where the JSON begins. */
  readonly bodyAt: number
}

/** `<type>[<attachments>-][<namespace>,][<id>][<json>]` */
const HEADER = /^([0-6])(?:(\d{1,9})-)?(?:(\/[^,]{0,255})(?:,|$))?(\d{1,15})?/

const EVENT_NAME = /^\[\s*"((?:[^"\\]|\\.){0,200})"/

/** Names that Socket.IO's own events have; an event of a client's that is named so is no valid packet. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
])

const headerOf = (text: string): Header => {
  const match = HEADER.exec(text)
  if (match === null) throw new InvalidPacket()
  const type = Number(match[1]) as PacketType
  const isBinary = type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK
  if (isBinary !== (match[2] !== undefined)) throw new InvalidPacket()
  return {
    type,
    nsp: match[3] ?? '/',
    id: match[4] === undefined ? undefined : Number(match[4]),
    attachments: Number(match[2] ?? 0),
    bodyAt: match[0].length,
  }
}

const jsonIn = (text: string, header: Header): unknown => {
  if (header.bodyAt === text.length) return undefined
  try {
    return JSON.parse(text.slice(header.bodyAt))
  } catch {
    throw new InvalidPacket()
  }
}

/** A JavaScript string of n characters is n to 3n bytes of UTF-8, so most need no counting. */
const isLarger = (text: string, from: number, bytesAtMost: number): boolean => {
  const length = text.length - from
  if (length > bytesAtMost) return true
  return length * 3 > bytesAtMost && Buffer.byteLength(text.slice(from)) > bytesAtMost
}

/** The name of an event that is not going to be parsed. */
const peekEventName = (text: string, bodyAt: number): string => {
  const match = EVENT_NAME.exec(text.slice(bodyAt, bodyAt + 256))
  if (match === null) return ''
  try {
    return JSON.parse(`"${match[1]}"`) as string
  } catch {
    return ''
  }
}

const isTooLarge = (text: string, { bodyAt }: Header, rules: FrameLimits): boolean => {
  if (!isLarger(text, bodyAt, rules.maxEventBytes)) return false
  const larger = rules.maxBytesByEvent.get(peekEventName(text, bodyAt))
  return larger === undefined || isLarger(text, bodyAt, larger)
}

const isEventData = (data: unknown): data is [string | number, ...unknown[]] => {
  if (!Array.isArray(data)) return false
  const name: unknown = data[0]
  return typeof name === 'number' || (typeof name === 'string' && !RESERVED.has(name))
}

const isPlainObject = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const refusedUnread = (text: string, { bodyAt }: Header, code: InvalidFrame['code']): unknown => {
  const name = peekEventName(text, bodyAt)
  // Socket.IO goes on to emit the event on the server's own socket, where these names mean something.
  if (RESERVED.has(name)) throw new InvalidPacket()
  return [name, new InvalidFrame(code)]
}

/** The arguments of an event, or in their place the rule that one of them broke. */
const checkedData = (data: [string | number, ...unknown[]], rules: FrameLimits): unknown[] => {
  for (let i = 1; i < data.length; i++) {
    const refused = invalidFrameIn(data[i], rules)
    if (refused !== undefined) return [data[0], refused]
  }
  return data
}

/** What is not an event has no acknowledgement to be refused by. */
const orInvalid = (data: unknown, isShaped: boolean, rules: FrameLimits): unknown => {
  if (!isShaped || invalidFrameIn(data, rules) !== undefined) throw new InvalidPacket()
  return data
}

const dataOf = (text: string, header: Header, rules: FrameLimits): unknown => {
  switch (header.type) {
    case PacketType.EVENT: {
      if (isTooLarge(text, header, rules)) return refusedUnread(text, header, 'payload-too-large')
      const data = jsonIn(text, header)
      if (!isEventData(data)) throw new InvalidPacket()
      if (isLarger(text, header.bodyAt, rules.maxEventBytes)) markLarge(data)
      return checkedData(data, rules)
    }
    case PacketType.BINARY_EVENT:
      return refusedUnread(text, header, 'invalid-payload')
    case PacketType.CONNECT:
    case PacketType.ACK: {
      if (isLarger(text, header.bodyAt, rules.maxEventBytes)) throw new InvalidPacket()
      const data = jsonIn(text, header)
      const isShaped =
        header.type === PacketType.ACK ? Array.isArray(data) : data === undefined || isPlainObject(data)
      return orInvalid(data, isShaped, rules)
    }
    case PacketType.DISCONNECT:
      return orInvalid(undefined, header.bodyAt === text.length, rules)
    case PacketType.CONNECT_ERROR:
    case PacketType.BINARY_ACK:
      throw new InvalidPacket()
  }
}

/** The two classes that Socket.IO asks of a parser. */
export type Parser = { readonly Decoder: new () => Decoder; readonly Encoder: new () => Encoder }

/** Payloads are JSON, so only an argument that is itself binary is looked for, not every value inside one. */
const isBinary = (value: unknown): boolean => value instanceof ArrayBuffer || ArrayBuffer.isView(value)

/** A namespace is joined once; a client that goes on joining is after something else. */
const CONNECTS_AT_ONCE = 20
const CONNECT_MS = 1000

/**
 * The stock wire format, read with care: what breaks a rule never reaches a listener. An event is replaced by
 * its refusal and goes the way of every event; anything else that is not as it should be ends the connection.
 *
 * @param nowMs the clock that limits how often one connection joins namespaces; `undefined` for no limit
 */
export const packetParser = (rules: FrameLimits, nowMs: (() => number) | undefined): Parser => {
  class ValidatingDecoder extends Decoder {
    private attachmentsDue = 0
    private connectsFullAt = 0

    override add(chunk: unknown): void {
      if (typeof chunk !== 'string') return this.swallow(chunk)
      if (this.attachmentsDue > 0) throw new InvalidPacket()
      const header = headerOf(chunk)
      if (header.type === PacketType.CONNECT) this.countConnect()
      const data = dataOf(chunk, header, rules)
      this.attachmentsDue = header.attachments
      const type = header.type === PacketType.BINARY_EVENT ? PacketType.EVENT : header.type
      const packet: Packet = { type, nsp: header.nsp, data }
      if (header.id !== undefined) packet.id = header.id
      this.emitReserved('decoded', packet)
    }

    /** Binary is refused with its event, before its attachments arrive; they are dropped one by one. */
    private swallow(chunk: unknown): void {
      if (!isBinary(chunk) || this.attachmentsDue === 0) throw new InvalidPacket()
      this.attachmentsDue--
    }

    private countConnect(): void {
      if (nowMs === undefined) return
      const now = nowMs()
      const fullAt = Math.max(this.connectsFullAt, now) + CONNECT_MS
      if (fullAt - now > CONNECTS_AT_ONCE * CONNECT_MS) throw new InvalidPacket()
      this.connectsFullAt = fullAt
    }
  }

  class FastEncoder extends Encoder {
    override encode(packet: Packet): unknown[] {
      const data: unknown = packet.data
      if (Array.isArray(data) && data.some(isBinary)) return super.encode(packet)
      const namespace = packet.nsp === '/' ? '' : `${packet.nsp},`
      const id = packet.id ?? ''
      const head = `${packet.type}${namespace}${id}`
      return [data === undefined || data === null ? head : packetOf(head, data)]
    }
  }

  return { Decoder: ValidatingDecoder, Encoder: FastEncoder }
}
