import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { Packet } from 'socket.io-parser'
import { InvalidFrame, markLarge, invalidFrameIn } from './frame-limits.js'
import type { FrameLimits } from './frame-limits.js'
import type { Rate } from '../limits/token-bucket.js'
import { fullBucket, waitMsFor, withoutToken } from '../limits/token-bucket.js'
import { packetOf } from './raw-json.js'
import type { TransportPorts } from './transport.js'

/** Socket.IO catches it and closes the connection. The message quotes nothing that the client has sent. */
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
  /** The index at which the JSON begins. */
  readonly bodyAt: number
}

/** `<type>[<attachments>-][<namespace>,][<id>][<json>]` */
const HEADER = /^([0-6])(?:(\d{1,9})-)?(?:(\/[^,]{0,255})(?:,|$))?(\d{1,15})?/

const EVENT_NAME = /^\[\s*"((?:[^"\\]|\\.){0,200})"/

/** Names of Socket.IO's own events; a packet with such an event is invalid. */
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

/** n UTF-16 code units are n to 3n bytes of UTF-8, so most texts need no count of their bytes. */
const isLarger = (text: string, from: number, maxBytes: number): boolean => {
  const length = text.length - from
  if (length > maxBytes) return true
  return length * 3 > maxBytes && Buffer.byteLength(text.slice(from)) > maxBytes
}

/** The name of an event that is too large to be parsed. */
const peekEventName = (text: string, bodyAt: number): string => {
  const match = EVENT_NAME.exec(text.slice(bodyAt, bodyAt + 256))
  if (match === null) return ''
  try {
    return JSON.parse(`"${match[1]}"`) as string
  } catch {
    return ''
  }
}

const isTooLarge = (text: string, { nsp, bodyAt }: Header, limits: ParserLimits): boolean => {
  if (!isLarger(text, bodyAt, limits.maxEventBytes)) return false
  const maxBytes = limits.traitsOf({ namespace: nsp, event: peekEventName(text, bodyAt) })?.maxBytes
  return maxBytes === undefined || isLarger(text, bodyAt, maxBytes)
}

const isEventData = (data: unknown): data is [string | number, ...unknown[]] => {
  if (!Array.isArray(data)) return false
  const name: unknown = data[0]
  return typeof name === 'number' || (typeof name === 'string' && !RESERVED.has(name))
}

const isPlainObject = (data: unknown): data is object =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

const unparsedEvent = (text: string, { bodyAt }: Header, code: InvalidFrame['code']): unknown => {
  const name = peekEventName(text, bodyAt)
  // Socket.IO emits the event on its own socket object, where these names have a meaning.
  if (RESERVED.has(name)) throw new InvalidPacket()
  return [name, new InvalidFrame(code)]
}

/** The arguments of an event, or the `InvalidFrame` of the first that exceeds a limit. */
const checkedData = (data: [string | number, ...unknown[]], limits: FrameLimits): unknown[] => {
  for (let i = 1; i < data.length; i++) {
    const invalid = invalidFrameIn(data[i], limits)
    if (invalid !== undefined) return [data[0], invalid]
  }
  return data
}

/** A packet without an event has no acknowledgement, so an invalid one closes the connection. */
const orInvalid = (data: unknown, isShaped: boolean, limits: FrameLimits): unknown => {
  if (!isShaped || invalidFrameIn(data, limits) !== undefined) throw new InvalidPacket()
  return data
}

const dataOf = (text: string, header: Header, limits: ParserLimits): unknown => {
  switch (header.type) {
    case PacketType.EVENT: {
      if (isTooLarge(text, header, limits)) return unparsedEvent(text, header, 'payload-too-large')
      const data = jsonIn(text, header)
      if (!isEventData(data)) throw new InvalidPacket()
      if (isLarger(text, header.bodyAt, limits.maxEventBytes)) markLarge(data)
      return checkedData(data, limits)
    }
    case PacketType.BINARY_EVENT:
      return unparsedEvent(text, header, 'invalid-payload')
    case PacketType.CONNECT:
    case PacketType.ACK: {
      if (isLarger(text, header.bodyAt, limits.maxEventBytes)) throw new InvalidPacket()
      const data = jsonIn(text, header)
      const isShaped =
        header.type === PacketType.ACK ? Array.isArray(data) : data === undefined || isPlainObject(data)
      return orInvalid(data, isShaped, limits)
    }
    case PacketType.DISCONNECT:
      return orInvalid(undefined, header.bodyAt === text.length, limits)
    case PacketType.CONNECT_ERROR:
    case PacketType.BINARY_ACK:
      throw new InvalidPacket()
  }
}

export type ParserLimits = FrameLimits & Pick<TransportPorts, 'traitsOf'>

/** Socket.IO's interface of a parser. */
export type Parser = { readonly Decoder: new () => Decoder; readonly Encoder: new () => Encoder }

/** Payloads are JSON, so only the arguments themselves are examined, not the values inside them. */
const isBinary = (value: unknown): boolean => value instanceof ArrayBuffer || ArrayBuffer.isView(value)

/** Packets that connect to a namespace: a client needs one per namespace. */
const CONNECT_RATE: Rate = { burst: 20, perSecond: 1 }

/**
 * Socket.IO's own wire format with limits: the payload of an event that exceeds one is replaced by an `InvalidFrame`;
 * every other invalid packet closes the connection.
 *
 * @param nowMs the clock that limits how often one connection connects to namespaces; `undefined` for no limit
 */
export const packetParser = (limits: ParserLimits, nowMs: (() => number) | undefined): Parser => {
  class ValidatingDecoder extends Decoder {
    private attachmentsDue = 0
    private connects = fullBucket

    override add(chunk: unknown): void {
      if (typeof chunk !== 'string') return this.dropAttachment(chunk)
      if (this.attachmentsDue > 0) throw new InvalidPacket()
      const header = headerOf(chunk)
      if (header.type === PacketType.CONNECT) this.countConnect()
      const data = dataOf(chunk, header, limits)
      this.attachmentsDue = header.attachments
      const type = header.type === PacketType.BINARY_EVENT ? PacketType.EVENT : header.type
      const packet: Packet = { type, nsp: header.nsp, data }
      if (header.id !== undefined) packet.id = header.id
      this.emitReserved('decoded', packet)
    }

    /** A binary event is refused before its attachments arrive, and the attachments are dropped. */
    private dropAttachment(chunk: unknown): void {
      if (!isBinary(chunk) || this.attachmentsDue === 0) throw new InvalidPacket()
      this.attachmentsDue--
    }

    private countConnect(): void {
      if (nowMs === undefined) return
      const now = nowMs()
      if (waitMsFor(this.connects, now, CONNECT_RATE) > 0) throw new InvalidPacket()
      this.connects = withoutToken(this.connects, now, CONNECT_RATE)
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
