import { fc, test } from '@fast-check/vitest'
import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { Packet } from 'socket.io-parser'
import { describe, expect } from 'vitest'
import { packetParser } from '../../../src/infrastructure/transport/packet-parser.js'
import { FRAME_LIMITS, InvalidFrame } from '../../../src/infrastructure/transport/frame-limits.js'

const ours = packetParser({ ...FRAME_LIMITS, traitsOf: () => undefined }, undefined)

/** The packet that a decoder reads from a frame; `undefined` if it throws. */
const decoded = (decoder: Decoder, frame: unknown): Packet | undefined => {
  let packet: Packet | undefined
  decoder.on('decoded', (whole: Packet) => {
    packet = whole
  })
  try {
    decoder.add(frame)
  } catch {
    return undefined
  }
  return packet
}

const RESERVED = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']
const SUSPICIOUS = ['__proto__', 'constructor', 'prototype']

const json = fc.jsonValue({ maxDepth: 6, noUnicodeString: false }).filter((value) => {
  const text = JSON.stringify(value)
  return SUSPICIOUS.every((key) => !text.includes(key))
})
const name = fc.string({ unit: 'grapheme' }).filter((text) => !RESERVED.includes(text))
const nsp = fc.constantFrom('/', '/chat', '/rooms')
const id = fc.option(fc.nat(), { nil: undefined })

const event: fc.Arbitrary<Packet> = fc
  .record({ nsp, id, name, args: fc.array(json, { maxLength: 3 }) })
  .map(({ args, ...rest }) => ({
    type: PacketType.EVENT,
    nsp: rest.nsp,
    data: [rest.name, ...args],
    ...(rest.id === undefined ? {} : { id: rest.id }),
  }))

const acknowledgement: fc.Arbitrary<Packet> = fc
  .record({ nsp, id: fc.nat(), data: fc.array(json, { maxLength: 3 }) })
  .map((rest) => ({ type: PacketType.ACK, ...rest }))

const connect: fc.Arbitrary<Packet> = fc
  .record({
    nsp,
    auth: fc.option(
      fc.dictionary(
        fc.string({ unit: 'grapheme' }).filter((key) => !SUSPICIOUS.includes(key)),
        json,
      ),
      { nil: undefined },
    ),
  })
  .map((rest) => ({
    type: PacketType.CONNECT,
    nsp: rest.nsp,
    ...(rest.auth === undefined ? {} : { data: rest.auth }),
  }))

const disconnect: fc.Arbitrary<Packet> = nsp.map((where) => ({ type: PacketType.DISCONNECT, nsp: where }))

describe('the packet parser', () => {
  test.prop([fc.oneof(event, acknowledgement, connect, disconnect)])(
    'decodes every packet of the Socket.IO encoder as the Socket.IO decoder does',
    (packet) => {
      const [frame] = new Encoder().encode(packet) as [string]
      expect(decoded(new ours.Decoder(), frame)).toEqual(decoded(new Decoder(), frame))
    },
  )

  test.prop([fc.oneof(event, acknowledgement)])(
    'encodes every packet as the Socket.IO encoder does',
    (packet) => {
      expect(new ours.Encoder().encode({ ...packet })).toEqual(new Encoder().encode({ ...packet }))
    },
  )
})

describe('the packet parser, given any text,', () => {
  const mangled = fc.tuple(event, fc.nat(), fc.string()).map(([packet, at, scrap]) => {
    const [frame] = new Encoder().encode(packet) as [string]
    const place = at % (frame.length + 1)
    return frame.slice(0, place) + scrap + frame.slice(place + scrap.length)
  })
  const text = fc.oneof(
    fc.string(),
    mangled,
    fc.stringMatching(/^[0-6]\d{0,3}-?(\/[a-z]*,?)?\d{0,4}[[{"].{0,20}$/),
  )

  test.prop([text])(
    'accepts only what the Socket.IO decoder accepts, and decodes it as that decoder does',
    (frame) => {
      const packet = decoded(new ours.Decoder(), frame)
      if (packet === undefined || (packet.data as unknown[] | undefined)?.[1] instanceof InvalidFrame) return
      expect(packet).toEqual(decoded(new Decoder(), frame))
    },
  )
})
