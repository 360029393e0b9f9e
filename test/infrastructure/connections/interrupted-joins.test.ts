import { describe, expect, it } from 'vitest'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { expectServerContract } from '../../contract/protocol.js'
import type { Client } from '../../kit/live-client.js'
import { liveServer } from '../../kit/live-server.js'
import { withServer } from '../protocols/server-kit.js'

const lea = { id: 'u-lea', name: 'Lea' }
const max = { id: 'u-max', name: 'Max' }

describe('a client that loses its connection before the acknowledgement of its join', () => {
  const server = withServer()

  /** The connection is lost as soon as the member has joined, so the acknowledgement may not arrive. */
  const joinInterrupted = async (event: string, payload: object): Promise<Client> => {
    const client = await server().client()
    const joined = server().waitForRecord(
      (record) => record.type === 'room.member-joined' && record.data.memberId === client.id,
    )
    client.socket.emit(event, payload)
    await joined
    await server().loseConnection(client)
    return server().client('/', { sessionId: client.session.sessionId, offsets: {} })
  }

  it('learns its membership from its session, and receives everything else when it joins again', async () => {
    const host = await server().client()
    await host.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: lea, token: 't' })
    const back = await joinInterrupted('JOIN_USER_REQUEST', { roomId: 'friday', user: max, token: 't' })
    expect(back.session.memberships).toMatchObject([{ room: 'friday', role: 'user' }])
    expect(await back.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: max })).toEqual({
      success: true,
      roomId: 'friday',
      user: max,
      users: [lea],
    })
    expect(await back.waitFor('JOIN_USER_ACCEPTED')).toEqual({ roomId: 'friday', room: 'friday', user: max })
    expect(await back.waitFor('EXISTING_USERS')).toEqual({ roomId: 'friday', room: 'friday', users: [lea] })
    await host.flush()
    expect(host.payloadsOf('NEW_USER', 'USER_LEFT')).toMatchObject([{ user: max }])
  })

  it('receives the token of a room that it created, and other users do not', async () => {
    const back = await joinInterrupted('JOIN_USER_REQUEST', { roomId: 'friday', user: lea })
    const { joinToken } = await back.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: lea })
    expect(joinToken).toMatch(/^[\w-]{22}$/)
    expect(await back.waitFor('JOIN_USER_ACCEPTED')).toMatchObject({ joinToken })
    const guest = await server().client()
    expect(await guest.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: max })).toMatchObject({
      error: { code: 'access-denied' },
    })
    const entered = await guest.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: max, token: joinToken })
    expect(entered).toEqual({ success: true, roomId: 'friday', user: max, users: [lea] })
    expect(await guest.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: max })).toEqual(entered)
  })

  it('receives its peers and ICE servers when it joins a mesh again', async () => {
    const first = await server().client()
    await first.ask('join:room', { roomCode: 'abc', create: true })
    const back = await joinInterrupted('join:room', { roomCode: 'abc' })
    const [membership] = back.session.memberships
    expect(await back.ask('join:room', { roomCode: 'abc' })).toMatchObject({
      peerId: membership?.['memberId'],
      peers: [{ id: first.id, polite: false }],
      iceServers: [{ urls: 'stun:stun.example.org' }],
    })
    expect(await back.waitFor('room:joined')).toMatchObject({ peers: [{ id: first.id }] })
    await first.flush()
    expect(first.payloadsOf('peer:joined', 'peer:left')).toHaveLength(1)
  })
})

it('returns the same token to the creator of a room after a restart, and another token for another room', async () => {
  const store = memoryEventStore()
  const first = await liveServer({ store })
  const host = await first.client()
  const { joinToken } = await host.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: lea })
  const other = await host.ask('JOIN_USER_REQUEST', { roomId: 'monday', user: lea })
  expect(other['joinToken']).not.toBe(joinToken)
  await host.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: lea })
  await first.crash()
  const second = await liveServer({ store, clock: first.clock })
  const back = await second.client('/', { sessionId: host.session.sessionId })
  expect(await back.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: lea })).toMatchObject({ joinToken })
  await expectServerContract(second)
})
