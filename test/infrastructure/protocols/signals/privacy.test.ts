import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { openStore, roomreel } from '../../cli/cli-kit.js'
import type { Client, Payload } from '../../../kit/live-client.js'
import { connected } from '../../../kit/live-client.js'
import { inFolder, runningServer } from '../../http/running-server.js'
import type { TestServer } from '../../http/running-server.js'

/** Texts that are part of no other text, so that a search finds every copy. */
const canary = {
  offer: 'canary-offer-kxqz',
  answer: 'canary-answer-kxqz',
  candidate: 'canary-candidate-kxqz',
  ufrag: 'canary-ufrag-kxqz',
  data: 'canary-data-kxqz',
  negotiation: 'canary-negotiation-kxqz',
  waiting: 'canary-waiting-kxqz',
  rejected: 'canary-rejected-kxqz',
  token: 'canary-token-kxqz',
  name: 'canary-name-kxqz',
  profile: 'canary-profile-kxqz',
} as const

type Canary = keyof typeof canary

/** Content of signals and the token of the room: only their receivers may see them. */
const secrets: ReadonlyArray<Canary> = [
  'offer',
  'answer',
  'candidate',
  'ufrag',
  'data',
  'negotiation',
  'waiting',
  'rejected',
  'token',
]
/** Personal data belongs to the log of the room, and to no other output. */
const personal: ReadonlyArray<Canary> = ['name', 'profile']

const foundIn = (text: string): ReadonlyArray<Canary> =>
  [...secrets, ...personal].filter((each) => text.includes(canary[each]))

const room = 'room_call'

/** One member of each protocol in a private room, and signals in every direction. */
const exchangeSignals = async (server: TestServer) => {
  const clients: Array<Client> = []
  const client = async (namespace = '/'): Promise<Client> => {
    const auth = { name: canary.name }
    const socket = io(`${server.url}${namespace}`, {
      auth,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    })
    const member = await connected(socket)
    clients.push(member)
    return member
  }
  const [user, other, mesh, viewer, native, away] = [
    await client(),
    await client(),
    await client(),
    await client(),
    await client('/rooms'),
    await client(),
  ]
  const { token } = canary
  const enterAs = (by: Client, id: string) =>
    by.ask('JOIN_USER_REQUEST', {
      roomId: room,
      user: { id, name: canary.name, about: canary.profile },
      token,
    })
  await enterAs(user, 'u1')
  await enterAs(other, 'u2')
  for (const peer of [mesh, away]) await peer.ask('join:room', { roomCode: 'call', token })
  await viewer.ask('broadcaster-join', { room, token })
  const joined = await native.ask('join', { room, token })
  expect(joined).toMatchObject({ success: true })

  const { negotiation } = canary
  const offer = { type: 'offer', sdp: canary.offer }
  const answer = { type: 'answer', sdp: canary.answer }
  const candidate = { candidate: canary.candidate, usernameFragment: canary.ufrag }
  const rejections: Array<Payload> = []
  const send = async (by: Client, event: string, payload: object, isRejected = false): Promise<void> => {
    const reply = await by.ask(event, payload)
    expect(reply['success']).toBe(!isRejected)
    if (isRejected) rejections.push(reply)
  }
  await send(user, 'PEER_RELAY_SIGNAL', { targetUser: 'u2', signalData: { ...offer, more: canary.data } })
  await send(other, 'PEER_RELAY_SIGNAL', { targetUser: 'u1', signalData: { type: 'candidate', candidate } })
  await send(mesh, 'webrtc:offer', { targetPeerId: native.id, offer, negotiation })
  await send(native, 'signal', { room, to: mesh.id, kind: 'answer', data: answer, negotiation })
  await send(native, 'signal', { room, to: mesh.id, kind: 'candidate', data: candidate })
  await send(viewer, 'offer', { target: mesh.id, offer, negotiation })
  await send(mesh, 'webrtc:ice', { targetPeerId: viewer.id, candidate })
  await send(native, 'signal', { room, to: user.id, kind: 'other', data: { deep: [canary.data] } })

  away.cut()
  await away.ended
  await send(mesh, 'webrtc:offer', { targetPeerId: away.id, offer: canary.waiting, negotiation })

  const { rejected } = canary
  await send(mesh, 'webrtc:offer', { targetPeerId: mesh.id, offer: rejected }, true)
  await send(mesh, 'webrtc:offer', { targetPeerId: rejected, offer: rejected }, true)
  await send(mesh, 'webrtc:offer', { targetPeerId: viewer.id, offer: { sdp: [rejected] } }, true)
  await send(mesh, 'webrtc:offer', { targetPeerId: viewer.id, offer: rejected.repeat(5_000) }, true)
  await send(viewer, 'ice-candidate', { candidate: rejected }, true)
  await send(native, 'signal', { room: rejected, to: mesh.id, kind: 'x', data: rejected }, true)
  await send(native, 'signal', { room, to: mesh.id, kind: `${rejected} `, data: rejected }, true)
  await send(user, 'PEER_RELAY_SIGNAL', { targetUser: rejected, signalData: rejected }, true)
  await send(
    user,
    'PEER_RELAY_SIGNAL',
    { targetUser: 'u2', signalData: { sdp: { [rejected]: rejected } } },
    true,
  )
  await send(user, 'JOIN_USER_REQUEST', { roomId: room, user: { id: 'u3', name: '' }, token: '' }, true)
  mesh.socket.emit('webrtc:answer', { targetPeerId: mesh.id, answer: rejected })
  mesh.socket.emit('no such event', { [rejected]: rejected })
  await mesh.waitFor('error', ({ code }) => code === 'unknown-event')
  server.clock.advance(2_000)
  for (const each of clients) if (each !== away) await each.flush()
  return { user, other, mesh, viewer, native, away, clients, rejections }
}

type Exchange = Awaited<ReturnType<typeof exchangeSignals>>

/** The canaries that each client received from others. */
const receivedBy = ({
  user,
  other,
  mesh,
  viewer,
  native,
}: Exchange): ReadonlyArray<readonly [string, ReadonlyArray<Canary>]> =>
  Object.entries({ user, other, mesh, viewer, native }).map(([who, { seen }]) => {
    // The creator of the room receives its token.
    const emits = seen.filter(([event]) => event !== 'ROOM_CREATED' && event !== 'answer JOIN_USER_REQUEST')
    return [who, foundIn(JSON.stringify(emits)).filter((each) => secrets.includes(each))] as const
  })

const textOf = (folder: string): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n')

describe('a signal', () => {
  it('reaches its target and no log, metric, error, export or other client', async () => {
    await inFolder(async (folder) => {
      const server = await runningServer({ store: await openStore(folder) })
      const all = await exchangeSignals(server)
      const { native, clients, rejections } = all

      expect(receivedBy(all)).toEqual([
        ['user', ['candidate', 'ufrag', 'data']],
        ['other', ['offer', 'data']],
        ['mesh', ['offer', 'answer', 'candidate', 'ufrag', 'negotiation']],
        ['viewer', ['candidate', 'ufrag']],
        ['native', ['offer', 'negotiation']],
      ])

      const metrics = await server.metrics()
      const asyncapi = await (await server.request('/asyncapi.json')).text()
      const events = await server.request(`/rooms/${room}/events`, {
        headers: { authorization: `Session ${native.session.sessionId}` },
      })
      const records = await events.text()
      expect(events.status).toBe(200)
      expect(records).toContain('room.signalled')
      expect(metrics).toContain('code="self-signal"')
      expect(server.lines().length).toBeGreaterThan(0)
      expect({
        metrics: foundIn(metrics),
        lines: foundIn(JSON.stringify(server.lines())),
        asyncapi: foundIn(asyncapi),
        rejections: foundIn(JSON.stringify(rejections)),
        errors: foundIn(JSON.stringify(clients.flatMap((client) => client.payloadsOf('error')))),
        signalled: foundIn(
          records
            .split('\n')
            .filter((line) => line.includes('room.signalled'))
            .join('\n'),
        ),
      }).toEqual({ metrics: [], lines: [], asyncapi: [], rejections: [], errors: [], signalled: [] })
      expect(foundIn(records).filter((each) => secrets.includes(each))).toEqual([])

      for (const client of clients) client.socket.disconnect()
      await server.stop()
      // Names are in the log, which shows that the search works.
      expect(foundIn(textOf(folder))).toEqual(personal)
      const exported = async (...keeping: ReadonlyArray<string>) =>
        (await roomreel(['--data', folder, 'export', room, ...keeping])).out.join('\n')
      expect(foundIn(await exported())).toEqual(personal)
      expect(foundIn(await exported('--with-secrets'))).toEqual(personal)
      expect(foundIn(await exported('--without-personal'))).toEqual([])
      expect(await exported()).toContain('room.signalled')
    })
  })
})
