import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../server-process.js'
import { serverProcess } from '../server-process.js'
import type { Payload, StockClient } from '../stock-client.js'
import { connectStockClient } from '../stock-client.js'
import type { PythonClient, PythonClientOptions } from './python-client.js'
import { pythonClient } from './python-client.js'

const python = process.env['PYTHON_WITH_SOCKETIO']
const name = 'a client in another language'

/** The server does not read descriptions, so their text identifies them. */
const offerOf = (text: string): object => ({ type: 'offer', sdp: `v=0\r\ns=${text}\r\n` })
const answerOf = (text: string): object => ({ type: 'answer', sdp: `v=0\r\ns=${text}\r\n` })
/** Time for the start of a Python process on a busy machine. */
const graceMs = 120_000
/** Characters beyond ASCII and beyond 16 bits, which the two languages escape differently. */
const anyScript = 'çà 茶 🎲'

const candidates = [
  { candidate: 'candidate:1 1 udp 2113937151 192.0.2.1 54400 typ host', sdpMid: '0', sdpMLineIndex: 0 },
  { candidate: 'candidate:2 1 udp 1677729535 192.0.2.2 54401 typ srflx', sdpMid: null, sdpMLineIndex: null },
  { candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'u' },
  null,
]

describe.skipIf(python === undefined)(
  python === undefined ? `${name} (left out: python-socketio is missing)` : name,
  () => {
    let started: ServerProcess | undefined
    const ends: Array<() => Promise<void> | void> = []

    beforeAll(async () => {
      started = await serverProcess({
        LOG_LEVEL: 'error',
        RECONNECT_GRACE_MS: String(graceMs),
        ICE_SERVERS: '[{"urls":"stun:stun.example.org"}]',
      })
      await started.start()
    })
    afterEach(async () => {
      for (const end of ends.splice(0)) await end()
    })
    afterAll(async () => {
      await started?.end('SIGKILL')
      await started?.remove()
    })

    const server = (): ServerProcess => {
      if (started === undefined) throw new Error('the server is not there yet')
      return started
    }

    const inPython = async (
      transports: PythonClientOptions['transports'] = null,
      auth: object = {},
    ): Promise<PythonClient> => {
      const client = await pythonClient(python ?? '', { url: server().url, transports, auth })
      ends.push(client.kill)
      return client
    }

    const inJavaScript = (auth: object = {}, namespace = '/'): StockClient => {
      const client = connectStockClient(server().url, namespace, auth)
      ends.push(client.close)
      return client
    }

    /** Pia (Python) has created the room; Jo (JavaScript) has joined after her. */
    const both = async (roomCode: string, transports: PythonClientOptions['transports'] = null) => {
      const pia = await inPython(transports, { name: 'Pia' })
      const { peerId: piaId } = await pia.ask('join:room', { roomCode, create: true })
      const jo = inJavaScript({ name: 'Jo' })
      const { peerId: joId } = await jo.ask('join:room', { roomCode })
      await pia.waitForEvent('peer:joined')
      return { pia, jo, piaId, joId }
    }

    it.each([
      { over: 'polling', transports: ['polling'], ends: 'polling' },
      { over: 'websocket', transports: ['websocket'], ends: 'websocket' },
      { over: 'whatever the library takes', transports: null, ends: 'websocket' },
    ] as const)(
      'creates a room, receives join events and exchanges signals both ways over $over',
      async ({ transports, ends: onto }) => {
        const pia = await inPython(transports, { userId: 'user-pia', name: `Pia ${anyScript}` })
        const roomCode = `Py-${onto}-${transports?.length ?? 'any'}`
        const room = `room_${roomCode.toLowerCase()}`
        const iceServers = [{ urls: 'stun:stun.example.org' }]

        expect(await pia.ask('create:room', { roomCode, maxPeers: 2 })).toStrictEqual({
          success: true,
          roomId: room,
          roomCode,
        })
        const piaJoined = await pia.ask('join:room', { roomCode })
        const piaId = String(piaJoined['peerId'])
        expect(piaJoined).toStrictEqual({ success: true, roomId: room, peerId: piaId, peers: [], iceServers })
        expect(await pia.waitForEvent('room:joined')).toStrictEqual({
          roomId: room,
          peerId: piaId,
          peers: [],
          iceServers,
          room,
          seq: expect.any(Number),
          at: expect.any(Number),
        })

        const jo = inJavaScript({ name: 'Jo' })
        const { peerId: joId, ...joJoined } = await jo.ask('join:room', { roomCode: roomCode.toUpperCase() })
        const peers = [
          { id: piaId, userId: 'user-pia', userInfo: { username: `Pia ${anyScript}` }, polite: false },
        ]
        expect(joJoined).toStrictEqual({ success: true, roomId: room, peers, iceServers })
        expect(await pia.waitForEvent('peer:joined')).toStrictEqual({
          peerId: joId,
          userInfo: { username: 'Jo' },
          polite: true,
          room,
          seq: expect.any(Number),
          at: expect.any(Number),
        })

        const toJo = { targetPeerId: joId, negotiation: 1 }
        const fromPia = { from: piaId, ...toJo }
        const sent = [
          pia.ask('webrtc:offer', { ...toJo, offer: offerOf(anyScript) }),
          ...candidates.map((candidate) => pia.ask('webrtc:ice', { ...toJo, candidate })),
        ]
        expect(await Promise.all(sent)).toStrictEqual(sent.map(() => ({ success: true })))
        await jo.waitForEvent('webrtc:ice', ({ candidate }) => candidate === null)
        expect(signalsAmong(jo.received)).toStrictEqual([
          ['webrtc:offer', { ...fromPia, offer: offerOf(anyScript) }],
          ...candidates.map((candidate) => ['webrtc:ice', { ...fromPia, candidate }]),
        ])

        const toPia = { targetPeerId: piaId, negotiation: 1 }
        const fromJo = { from: joId, ...toPia }
        await jo.ask('webrtc:answer', { ...toPia, answer: answerOf(anyScript) })
        for (const candidate of candidates) await jo.ask('webrtc:ice', { ...toPia, candidate })
        await pia.waitForEvent('webrtc:ice', ({ candidate }) => candidate === null)
        expect(signalsAmong(pia.received)).toStrictEqual([
          ['webrtc:answer', { ...fromJo, answer: answerOf(anyScript) }],
          ...candidates.map((candidate) => ['webrtc:ice', { ...fromJo, candidate }]),
        ])

        expect(await pia.ask('leave:room')).toStrictEqual({ success: true })
        expect(await jo.waitForEvent('peer:left')).toStrictEqual({
          peerId: piaId,
          reason: 'left',
          room,
          seq: expect.any(Number),
          at: expect.any(Number),
        })
        expect(await pia.transport()).toBe(onto)
      },
    )

    it('receives contract error codes, as an error event where it requests no acknowledgement', async () => {
      const { pia, jo, piaId, joId } = await both('errors')
      const refusal = async (event: string, payload?: unknown): Promise<unknown> => {
        const { success, error, ...rest } = await pia.ask(event, payload)
        expect({ success, rest }).toStrictEqual({ success: false, rest: {} })
        expect(error).toMatchObject({ message: expect.any(String), timestamp: expect.stringMatching(iso) })
        return error
      }
      const offer = offerOf('x')
      expect(await refusal('join:room', { roomCode: 'nobody-made-it' })).toMatchObject({
        code: 'room-not-found',
      })
      expect(await refusal('create:room', { roomCode: 'ERRORS' })).toMatchObject({ code: 'room-exists' })
      expect(await refusal('create:room', { roomCode: 'more', maxPeers: 11 })).toMatchObject({
        code: 'invalid-payload',
        path: 'maxPeers',
      })
      expect(await refusal('webrtc:offer', { targetPeerId: joId, offer: { sdp: 1 } })).toMatchObject({
        code: 'invalid-payload',
        path: 'offer.sdp',
      })
      expect(await refusal('webrtc:offer', { targetPeerId: piaId, offer })).toMatchObject({
        code: 'self-signal',
      })
      expect(await refusal('webrtc:offer', { targetPeerId: 'nobody', offer })).toMatchObject({
        code: 'target-not-found',
      })
      expect(await refusal('say:hello', {})).toMatchObject({ code: 'unknown-event' })

      await pia.ask('webrtc:offer', { targetPeerId: joId, negotiation: 2, offer })
      expect(
        await refusal('webrtc:ice', { targetPeerId: joId, negotiation: 1, candidate: null }),
      ).toMatchObject({ code: 'stale-negotiation' })

      expect(pia.all('error')).toStrictEqual([])
      await pia.tell('webrtc:offer', { targetPeerId: 'nobody', offer })
      expect(await pia.waitForEvent('error')).toStrictEqual({
        code: 'target-not-found',
        event: 'webrtc:offer',
        message: expect.any(String),
        timestamp: expect.stringMatching(iso),
      })

      expect(await pia.ask('leave:room')).toStrictEqual({ success: true })
      // It follows everything that was sent to her before it.
      await jo.waitForEvent('peer:left')
      expect(await refusal('webrtc:offer', { targetPeerId: joId, offer })).toMatchObject({
        code: 'not-in-room',
      })
      // Only one of the offers was addressed to her.
      expect(signalsAmong(jo.received)).toStrictEqual([
        ['webrtc:offer', { from: piaId, targetPeerId: joId, negotiation: 2, offer }],
      ])
    })

    it('resumes its session in another process and receives what it missed, without a departure event', async () => {
      const { pia, jo, piaId, joId } = await both('comes-back')
      const [session] = pia.all('session')
      const observer = inJavaScript({}, '/rooms')
      await observer.ask('join', { room: 'room_comes-back' })
      await pia.kill()
      await observer.waitForEvent('event', ({ type }) => type === 'room.member-away')
      const toPia = { targetPeerId: piaId }
      for (const candidate of candidates)
        expect(await jo.ask('webrtc:ice', { ...toPia, candidate })).toStrictEqual({ success: true })

      const again = await inPython(['websocket'], { name: 'Pia', sessionId: session?.['sessionId'] })
      expect(await again.waitForEvent('session')).toStrictEqual({
        sessionId: session?.['sessionId'],
        graceMs,
        resumed: true,
        rooms: ['room_comes-back'],
        memberships: [
          {
            room: 'room_comes-back',
            memberId: piaId,
            role: 'peer',
            epoch: expect.any(String),
            seq: expect.any(Number),
          },
        ],
      })
      await again.waitForEvent('webrtc:ice', ({ candidate }) => candidate === null)
      expect(signalsAmong(again.received)).toStrictEqual(
        candidates.map((candidate) => ['webrtc:ice', { from: joId, ...toPia, candidate }]),
      )
      const offer = offerOf('again')
      await again.ask('webrtc:offer', { targetPeerId: joId, offer })
      expect(await jo.waitForEvent('webrtc:offer')).toStrictEqual({ from: piaId, targetPeerId: joId, offer })
      expect(membershipEvents(jo)).toStrictEqual([])
    })

    it('keeps its member id when the server is killed and restarted', async () => {
      const { pia, jo, piaId, joId } = await both('server-killed')
      await server().end('SIGKILL')
      await server().start()
      for (const client of [pia, jo]) await client.waitForEvent('session', ({ resumed }) => resumed === true)
      const offer = offerOf('after the kill')
      expect(await jo.ask('webrtc:offer', { targetPeerId: piaId, offer })).toStrictEqual({ success: true })
      expect(await pia.waitForEvent('webrtc:offer')).toStrictEqual({ from: joId, targetPeerId: piaId, offer })
      expect(await pia.ask('webrtc:answer', { targetPeerId: joId, answer: answerOf('too') })).toStrictEqual({
        success: true,
      })
      expect(await jo.waitForEvent('webrtc:answer')).toMatchObject({ from: piaId, answer: answerOf('too') })
      expect(membershipEvents(jo)).toStrictEqual([])
      expect(pia.all('peer:joined').map(({ peerId }) => peerId)).toStrictEqual([joId])
    })
  },
)

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const signalsAmong = (received: StockClient['received']): StockClient['received'] =>
  received.filter(([event]) => event.startsWith('webrtc:'))

const membershipEvents = ({ received }: StockClient): ReadonlyArray<Payload> =>
  received.filter(([event]) => event === 'peer:joined' || event === 'peer:left').map(([, payload]) => payload)
