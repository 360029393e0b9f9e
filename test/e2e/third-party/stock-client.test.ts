import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../server-process.js'
import { serverProcess } from '../server-process.js'
import type { Payload, StockClient } from '../stock-client.js'
import { connectStockClient } from '../stock-client.js'

const offer = { type: 'offer', sdp: 'v=0\r\ns=offer\r\n' }
const answer = { type: 'answer', sdp: 'v=0\r\ns=answer\r\n' }
const candidates = [
  { candidate: 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host', sdpMid: '0', sdpMLineIndex: 0 },
  // The forms that clients use: the line alone, and two markers for the end of candidates.
  'candidate:2 1 udp 1677729535 192.0.2.2 54401 typ srflx',
  { candidate: '' },
  null,
]
const done = { success: true }

describe('a stock Socket.IO client written from the contract', () => {
  let started: ServerProcess | undefined
  const clients: Array<StockClient> = []

  beforeAll(async () => {
    started = await serverProcess({ LOG_LEVEL: 'error', RECONNECT_GRACE_MS: '120000' })
    await started.start()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })
  afterAll(async () => {
    await started?.end('SIGKILL')
    await started?.remove()
  })

  const connect = (namespace = '/'): StockClient => {
    if (started === undefined) throw new Error('the server is not there yet')
    const client = connectStockClient(started.url, namespace)
    clients.push(client)
    return client
  }

  describe('with the picker protocol', () => {
    /** A broadcaster and two viewers. */
    const audience = async (room: string) => {
      const [lea, mia, noa] = [connect(), connect(), connect()]
      const { memberId: leaId } = await lea.ask('broadcaster-join', { room })
      const { memberId: miaId } = await mia.ask('viewer-join', { room })
      const { memberId: noaId } = await noa.ask('viewer-join', { room })
      return { lea, mia, noa, leaId, miaId, noaId }
    }

    it('sends an offer to the broadcaster by default, and the answer reaches only the sender', async () => {
      const { lea, mia, noa, leaId, miaId } = await audience('by-default')
      expect(await mia.ask('offer', { offer, negotiation: 'first' })).toStrictEqual(done)
      for (const candidate of candidates)
        expect(await mia.ask('ice-candidate', { candidate, negotiation: 'first' })).toStrictEqual(done)
      expect(await lea.ask('answer', { target: miaId, answer, negotiation: 'first' })).toStrictEqual(done)
      for (const candidate of candidates)
        expect(
          await lea.ask('ice-candidate', { target: miaId, candidate, negotiation: 'first' }),
        ).toStrictEqual(done)

      await lea.waitForEvent('ice-candidate', ({ candidate }) => candidate === null)
      await mia.waitForEvent('ice-candidate', ({ candidate }) => candidate === null)
      const toLea = { from: miaId, target: leaId, negotiation: 'first' }
      const toMia = { from: leaId, target: miaId, negotiation: 'first' }
      expect(signalsAmong(lea)).toStrictEqual([
        ['offer', { ...toLea, offer }],
        ...candidates.map((candidate) => ['ice-candidate', { ...toLea, candidate }]),
      ])
      expect(signalsAmong(mia)).toStrictEqual([
        ['answer', { ...toMia, answer }],
        ...candidates.map((candidate) => ['ice-candidate', { ...toMia, candidate }]),
      ])
      expect(signalsAmong(noa)).toStrictEqual([])
    })

    it('sends an offer to a viewer that it targets, with the description as plain text', async () => {
      const { lea, mia, noa, miaId, noaId } = await audience('by-name')
      expect(await mia.ask('offer', { target: noaId, offer: offer.sdp })).toStrictEqual(done)
      expect(await noa.waitForEvent('offer')).toStrictEqual({ from: miaId, target: noaId, offer: offer.sdp })
      expect(signalsAmong(lea)).toStrictEqual([])
    })

    it('gets the sender of a signal from the server, not from the payload', async () => {
      const { lea, mia, leaId, miaId, noaId } = await audience('forged')
      expect(await mia.ask('offer', { offer, from: noaId, senderUser: noaId })).toStrictEqual(done)
      expect(await lea.waitForEvent('offer')).toStrictEqual({ from: miaId, target: leaId, offer })
    })

    it('receives contract error codes for invalid signals', async () => {
      const { lea, mia, noa, leaId, miaId } = await audience('errors')
      const elsewhere = connect()
      const { memberId: elsewhereId } = await elsewhere.ask('viewer-join', { room: 'nobody-leads' })
      const stray = connect()
      expect(codeOf(await lea.ask('offer', { offer }))).toBe('invalid-payload')
      expect(codeOf(await lea.ask('offer', { target: leaId, offer }))).toBe('self-signal')
      expect(codeOf(await lea.ask('offer', { target: elsewhereId, offer }))).toBe('target-not-found')
      expect(codeOf(await lea.ask('offer', { target: miaId }))).toBe('invalid-payload')
      expect(codeOf(await elsewhere.ask('offer', { offer }))).toBe('target-not-found')
      expect(codeOf(await stray.ask('offer', { target: leaId, offer }))).toBe('not-in-room')
      expect(await lea.ask('offer', { target: miaId, offer, negotiation: 2 })).toStrictEqual(done)
      expect(codeOf(await lea.ask('ice-candidate', { target: miaId, candidate: null, negotiation: 1 }))).toBe(
        'stale-negotiation',
      )
      mia.socket.emit('offer', { target: 'nobody', offer })
      expect(await mia.waitForEvent('error')).toMatchObject({ code: 'target-not-found', event: 'offer' })
      for (const client of [lea, noa, elsewhere, stray]) expect(signalsAmong(client)).toStrictEqual([])
      expect(signalsAmong(mia).length).toBe(1)
    })

    it('receives the signals of its offline time in order after it reconnects', async () => {
      const { lea, mia, leaId, miaId } = await audience('away')
      const observer = connect('/rooms')
      await observer.ask('join', { room: 'away' })
      lea.socket.io.reconnection(false)
      lea.socket.io.engine.close()
      await observer.waitForEvent('event', ({ type }) => type === 'room.member-away')
      expect(await mia.ask('offer', { offer })).toStrictEqual(done)
      for (const candidate of candidates)
        expect(await mia.ask('ice-candidate', { candidate })).toStrictEqual(done)
      lea.socket.connect()
      expect(await lea.waitForEvent('session', ({ resumed }) => resumed === true)).toMatchObject({
        resumed: true,
      })
      await lea.waitForEvent('ice-candidate', ({ candidate }) => candidate === null)
      const toLea = { from: miaId, target: leaId }
      expect(signalsAmong(lea)).toStrictEqual([
        ['offer', { ...toLea, offer }],
        ...candidates.map((candidate) => ['ice-candidate', { ...toLea, candidate }]),
      ])
    })
  })

  describe('with the party protocol', () => {
    it('receives unknown fields of every kind of signal unchanged', async () => {
      const { ann, bob } = await app('opaque')
      const signals = [
        { ...offer, call: 'c1', of: { deck: [1, 'ü', null] } },
        { ...answer, call: 'c1' },
        { type: 'candidate', candidate: candidates[0], call: 'c1' },
        { type: 'renegotiate', renegotiate: true },
        {
          type: 'transceiverRequest',
          transceiverRequest: { kind: 'video', init: { direction: 'sendonly' } },
        },
        { mine: 'of a library that nobody knows' },
        'plain text',
      ]
      for (const signalData of signals)
        expect(await bob.ask('PEER_RELAY_SIGNAL', { targetUser: 'ann', signalData })).toStrictEqual(done)
      await ann.waitForEvent('PEER_RELAY_SIGNAL', ({ signalData }) => signalData === 'plain text')
      expect(ann.all('PEER_RELAY_SIGNAL')).toStrictEqual(
        signals.map((signalData) => ({ senderUser: 'bob', signalData })),
      )
      expect(bob.all('PEER_RELAY_SIGNAL')).toStrictEqual([])
    })

    it('receives signals of a mesh client in the same room as party events', async () => {
      const { ann, token } = await app('room_both')
      const max = connect()
      const { peerId } = await max.ask('join:room', { roomCode: 'both', token })
      const annId = ann.socket.id
      const candidate = candidates[0]
      expect(await max.ask('webrtc:offer', { targetPeerId: annId, offer })).toStrictEqual(done)
      expect(await max.ask('webrtc:ice', { targetPeerId: annId, candidate })).toStrictEqual(done)
      await ann.waitForEvent('PEER_RELAY_SIGNAL', ({ signalData }) => Object(signalData).type === 'candidate')
      expect(ann.all('PEER_RELAY_SIGNAL')).toStrictEqual([
        { senderUser: peerId, signalData: offer },
        { senderUser: peerId, signalData: { type: 'candidate', candidate } },
      ])
    })

    /** Ann has created the room; Bob has joined after her. */
    const app = async (roomId: string) => {
      const [ann, bob] = [connect(), connect()]
      const { joinToken: token } = await ann.ask('JOIN_USER_REQUEST', {
        roomId,
        user: { id: 'ann', name: '' },
      })
      await bob.ask('JOIN_USER_REQUEST', { roomId, user: { id: 'bob', name: 'Bob' }, token })
      return { ann, bob, token }
    }
  })
})

const kinds: ReadonlyArray<string> = ['offer', 'answer', 'ice-candidate']

const signalsAmong = ({ received }: StockClient): StockClient['received'] =>
  received.filter(([event]) => kinds.includes(event))

const codeOf = ({ success, error }: Payload): unknown => {
  expect(success).toBe(false)
  return Object(error).code
}
