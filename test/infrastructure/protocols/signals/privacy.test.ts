import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { describe, expect, it } from 'vitest'
import { openStore, roomreel } from '../../cli/cli-kit.js'
import type { Client, Heard } from '../../../kit/live-client.js'
import { connected } from '../../../kit/live-client.js'
import { inFolder, runningServer } from '../../http/running-server.js'
import type { TestServer } from '../../http/running-server.js'

/** No part of any other text, so that each is found wherever it has got to. */
const canary = {
  offer: 'canary-offer-kxqz',
  answer: 'canary-answer-kxqz',
  candidate: 'canary-candidate-kxqz',
  ufrag: 'canary-ufrag-kxqz',
  data: 'canary-data-kxqz',
  negotiation: 'canary-negotiation-kxqz',
  held: 'canary-held-kxqz',
  refused: 'canary-refused-kxqz',
  token: 'canary-token-kxqz',
  name: 'canary-name-kxqz',
  profile: 'canary-profile-kxqz',
} as const

type Canary = keyof typeof canary

/** What goes from one to another, and what opens the room: nobody else may ever see it. */
const passed: ReadonlyArray<Canary> = [
  'offer',
  'answer',
  'candidate',
  'ufrag',
  'data',
  'negotiation',
  'held',
  'refused',
  'token',
]
/** Who somebody is belongs to the room, and nowhere beside it. */
const personal: ReadonlyArray<Canary> = ['name', 'profile']

const foundIn = (text: string): ReadonlyArray<Canary> =>
  [...passed, ...personal].filter((each) => text.includes(canary[each]))

const room = 'room_call'

/** One of each vocabulary in one private room, and all that they have to say to each other. */
const played = async (server: TestServer) => {
  const clients: Array<Client> = []
  const client = async (namespace = '/'): Promise<Client> => {
    const auth = { name: canary.name }
    const socket = io(`${server.url}${namespace}`, {
      auth,
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    })
    const made = await connected(socket)
    clients.push(made)
    return made
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
  const refusals: Array<Heard> = []
  const say = async (by: Client, event: string, payload: object, isRefused = false): Promise<void> => {
    const reply = await by.ask(event, payload)
    expect(reply['success']).toBe(!isRefused)
    if (isRefused) refusals.push(reply)
  }
  await say(user, 'PEER_RELAY_SIGNAL', { targetUser: 'u2', signalData: { ...offer, more: canary.data } })
  await say(other, 'PEER_RELAY_SIGNAL', { targetUser: 'u1', signalData: { type: 'candidate', candidate } })
  await say(mesh, 'webrtc:offer', { targetPeerId: native.id, offer, negotiation })
  await say(native, 'signal', { room, to: mesh.id, kind: 'answer', data: answer, negotiation })
  await say(native, 'signal', { room, to: mesh.id, kind: 'candidate', data: candidate })
  await say(viewer, 'offer', { target: mesh.id, offer, negotiation })
  await say(mesh, 'webrtc:ice', { targetPeerId: viewer.id, candidate })
  await say(native, 'signal', { room, to: user.id, kind: 'other', data: { deep: [canary.data] } })

  away.cut()
  await away.ended
  await say(mesh, 'webrtc:offer', { targetPeerId: away.id, offer: canary.held, negotiation })

  const refused = canary.refused
  await say(mesh, 'webrtc:offer', { targetPeerId: mesh.id, offer: refused }, true)
  await say(mesh, 'webrtc:offer', { targetPeerId: refused, offer: refused }, true)
  await say(mesh, 'webrtc:offer', { targetPeerId: viewer.id, offer: { sdp: [refused] } }, true)
  await say(mesh, 'webrtc:offer', { targetPeerId: viewer.id, offer: refused.repeat(5_000) }, true)
  await say(viewer, 'ice-candidate', { candidate: refused }, true)
  await say(native, 'signal', { room: refused, to: mesh.id, kind: 'x', data: refused }, true)
  await say(native, 'signal', { room, to: mesh.id, kind: `${refused} `, data: refused }, true)
  await say(user, 'PEER_RELAY_SIGNAL', { targetUser: refused, signalData: refused }, true)
  await say(
    user,
    'PEER_RELAY_SIGNAL',
    { targetUser: 'u2', signalData: { sdp: { [refused]: refused } } },
    true,
  )
  await say(user, 'JOIN_USER_REQUEST', { roomId: room, user: { id: 'u3', name: '' }, token: '' }, true)
  mesh.socket.emit('webrtc:answer', { targetPeerId: mesh.id, answer: refused })
  mesh.socket.emit('no such event', { [refused]: refused })
  await mesh.hears('error', ({ code }) => code === 'unknown-event')
  server.clock.advance(2_000)
  for (const each of clients) if (each !== away) await each.fence()
  return { user, other, mesh, viewer, native, away, clients, refusals }
}

type Played = Awaited<ReturnType<typeof played>>

/** By whom a canary of a signal was heard, but for the ones that have it from themselves. */
const heardBy = ({
  user,
  other,
  mesh,
  viewer,
  native,
}: Played): ReadonlyArray<readonly [string, ReadonlyArray<Canary>]> =>
  Object.entries({ user, other, mesh, viewer, native }).map(([who, { seen }]) => {
    // The maker of the room is told its token.
    const emits = seen.filter(([event]) => event !== 'ROOM_CREATED' && event !== 'answer JOIN_USER_REQUEST')
    return [who, foundIn(JSON.stringify(emits)).filter((each) => passed.includes(each))] as const
  })

const textOf = (folder: string): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n')

describe('what one member says to another', () => {
  it('is nowhere but at that one', async () => {
    await inFolder(async (folder) => {
      const server = await runningServer({ store: await openStore(folder) })
      const all = await played(server)
      const { native, clients, refusals } = all

      expect(heardBy(all)).toEqual([
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
        refusals: foundIn(JSON.stringify(refusals)),
        errors: foundIn(JSON.stringify(clients.flatMap((client) => client.of('error')))),
        signalled: foundIn(
          records
            .split('\n')
            .filter((line) => line.includes('room.signalled'))
            .join('\n'),
        ),
      }).toEqual({ metrics: [], lines: [], asyncapi: [], refusals: [], errors: [], signalled: [] })
      expect(foundIn(records).filter((each) => passed.includes(each))).toEqual([])

      for (const client of clients) client.socket.disconnect()
      await server.stop()
      // What it would find shows that the search can find something: names belong to the room's log.
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
