import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { codeOf, withServer } from '../server-kit.js'

const event = 'JOIN_USER_REQUEST'

describe('a party', () => {
  const server = withServer()
  const lea = { id: 'u-lea', name: 'Lea', colour: 'red', seats: [1, null] }
  const max = { id: 'u-max', name: 'Max' }

  const createParty = async (): Promise<readonly [host: Client, token: string]> => {
    const host = await server().client()
    const { joinToken } = await host.ask(event, { roomId: 'friday', user: lea })
    return [host, String(joinToken)]
  }

  it('is created by the first join, which returns the token for the others', async () => {
    const host = await server().client()
    const reply = await host.ask(event, { roomId: 'friday', user: lea })
    const joinToken = expect.stringMatching(/^[\w-]{22}$/)
    expect(reply).toEqual({ success: true, roomId: 'friday', user: lea, joinToken })
    expect(await host.waitFor('ROOM_CREATED')).toEqual({
      roomId: 'friday',
      user: lea,
      joinToken: reply['joinToken'],
      room: 'friday',
      seq: 2,
      at: expect.any(Number),
    })
    expect(host.events).toHaveLength(1)
    expect(JSON.stringify(server().log)).not.toContain(reply['joinToken'])
  })

  it('has the token of the join that creates it', async () => {
    const [host, guest] = [await server().client(), await server().client()]
    expect(await host.ask(event, { roomId: 'friday', user: lea, token: 'open sesame' })).toMatchObject({
      joinToken: 'open sesame',
    })
    expect(await guest.ask(event, { roomId: 'friday', user: max, token: 'open sesame' })).toMatchObject({
      users: [lea],
    })
    expect(JSON.stringify(server().log)).not.toContain('open sesame')
  })

  it('announces the users to a newcomer, and the newcomer to the users', async () => {
    const [host, token] = await createParty()
    const guest = await server().client()
    expect(await guest.ask(event, { roomId: 'friday', user: max, token })).toEqual({
      success: true,
      roomId: 'friday',
      user: max,
      users: [lea],
    })
    await guest.flush()
    const position = { room: 'friday', seq: 3, at: expect.any(Number) }
    expect(guest.events).toEqual([
      ['JOIN_USER_ACCEPTED', { roomId: 'friday', user: max, ...position, more: true }],
      ['EXISTING_USERS', { roomId: 'friday', users: [lea], ...position }],
    ])
    expect(await host.waitFor('NEW_USER')).toEqual({ roomId: 'friday', user: max, ...position })
  })

  it('emits the same events without an acknowledgement (Y-11)', async () => {
    const [host, guest] = [await server().client(), await server().client()]
    host.socket.emit(event, { roomId: 'friday', user: lea, token: 'open sesame' })
    await host.waitFor('ROOM_CREATED')
    guest.socket.emit(event, { roomId: 'friday', user: max, token: 'open sesame' })
    expect(await guest.waitFor('EXISTING_USERS')).toMatchObject({ users: [lea] })
  })

  it('denies a missing or wrong token in the acknowledgement, or by JOIN_USER_DENIED without one', async () => {
    const [host, token] = await createParty()
    const guest = await server().client()
    const log = server().log.length
    for (const wrongToken of [undefined, `${token}x`, token.toUpperCase(), 'friday']) {
      const payload = { roomId: 'friday', user: max, token: wrongToken }
      expect(await guest.ask(event, payload)).toMatchObject({
        success: false,
        error: {
          code: 'access-denied',
          message: 'The room is private; enter it with its token',
          roomId: 'friday',
          event,
        },
      })
      expect(guest.payloadsOf('JOIN_USER_DENIED')).toEqual([])
    }
    guest.socket.emit(event, { roomId: 'friday', user: max })
    expect(await guest.waitFor('JOIN_USER_DENIED')).toEqual({ roomId: 'friday', reason: 'access-denied' })
    guest.socket.emit(event, { roomId: 'friday', user: { id: 'x', name: 5 } })
    expect(await guest.waitFor('JOIN_USER_DENIED', ({ reason }) => reason === 'invalid-payload')).toEqual({
      roomId: 'friday',
      reason: 'invalid-payload',
    })
    guest.socket.emit(event, { roomId: 'no room / at all', user: max })
    expect(await guest.waitFor('JOIN_USER_DENIED', ({ roomId }) => roomId === undefined)).toEqual({
      reason: 'invalid-payload',
    })
    await guest.flush()
    expect(guest.payloadsOf('error')).toEqual([])
    expect(host.payloadsOf('NEW_USER')).toEqual([])
    expect(server().log).toHaveLength(log)
  })

  it('is entered with its token in every other protocol', async () => {
    const [, token] = await createParty()
    const [viewer, native] = [await server().client(), await server().client('/rooms')]
    expect(codeOf(await viewer.ask('viewer-join', { room: 'friday' }))).toBe('access-denied')
    expect(codeOf(await native.ask('join', { room: 'friday', token: 'guessed' }))).toBe('access-denied')
    expect(await viewer.ask('viewer-join', { room: 'friday', token })).toMatchObject({ success: true })
    expect(await native.ask('join', { room: 'friday', token })).toMatchObject({ success: true })
  })

  it('rejects another user id than that of the handshake (Y-2)', async () => {
    const [, token] = await createParty()
    const client = await server().client('/', { userId: 'u-max' })
    expect(codeOf(await client.ask(event, { roomId: 'friday', user: lea, token }))).toBe('access-denied')
    expect(await client.ask(event, { roomId: 'friday', user: max, token })).toMatchObject({ user: max })
  })

  it('rejects another user id from a member of the room', async () => {
    const [host, token] = await createParty()
    const guest = await server().client()
    await guest.ask(event, { roomId: 'friday', user: max, token })
    const asOther = { roomId: 'friday', user: { ...max, id: 'u-other' }, token }
    expect(await guest.ask(event, asOther)).toMatchObject({
      error: {
        code: 'access-denied',
        message: 'You are known as another user here; connect again to join as this one',
      },
    })
    expect(await guest.ask(event, { roomId: 'friday', user: max, token })).toMatchObject({ user: max })
    await guest.flush()
    expect(host.payloadsOf('NEW_USER')).toHaveLength(1)
    expect(host.payloadsOf('USER_LEFT')).toEqual([])
  })

  it.each([
    [{ roomId: 'friday' }, 'user'],
    [{ roomId: 'a b', user: max }, 'roomId'],
    [{ roomId: 'friday', user: { ...max, id: '' } }, 'user.id'],
    [{ roomId: 'friday', user: { ...max, id: 'x'.repeat(201) } }, 'user.id'],
    [{ roomId: 'friday', user: { id: 'u' } }, 'user.name'],
    [{ roomId: 'friday', user: { ...max, picture: 'x'.repeat(4_096) } }, 'user'],
    [{ roomId: 'friday', user: max, token: '' }, 'token'],
    [{ roomId: 'friday', user: max, token: 7 }, 'token'],
  ])('rejects the payload %j', async (payload, path) => {
    const client = await server().client()
    expect(await client.ask(event, payload)).toMatchObject({ error: { code: 'invalid-payload', path } })
    expect(server().log).toEqual([])
  })

  it('is left at once when the client disconnects, and after the grace period when its connection is lost', async () => {
    const [host, token] = await createParty()
    const [polite, cut] = [await server().client(), await server().client()]
    await polite.ask(event, { roomId: 'friday', user: max, token })
    await cut.ask(event, { roomId: 'friday', user: { id: 'u-cy', name: 'Cy' }, token })
    polite.socket.disconnect()
    expect(await host.waitFor('USER_LEFT')).toMatchObject({ roomId: 'friday', user: max, reason: 'left' })
    await server().loseConnection(cut)
    server().clock.advance(14_999)
    await host.flush()
    expect(host.payloadsOf('USER_LEFT')).toHaveLength(1)
    server().clock.advance(1)
    expect(await host.waitFor('USER_LEFT', ({ reason }) => reason === 'expired')).toMatchObject({
      user: { id: 'u-cy' },
    })
  })

  it('is left when its user joins another room', async () => {
    const [host, token] = await createParty()
    const guest = await server().client()
    await guest.ask(event, { roomId: 'friday', user: max, token })
    await guest.ask(event, { roomId: 'saturday', user: max })
    expect(await host.waitFor('USER_LEFT')).toMatchObject({ user: max, reason: 'left', room: 'friday' })
    expect(codeOf(await guest.ask(event, { roomId: 'friday', user: max, token: 'forgotten' }))).toBe(
      'access-denied',
    )
    expect(await guest.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
    expect(await guest.waitFor('ACTIVATE_MODULE')).toMatchObject({ room: 'saturday' })
  })

  it('replies the same to a repeated join, and emits nothing to the others', async () => {
    const [host, token] = await createParty()
    const guest = await server().client()
    await guest.ask(event, { roomId: 'friday', user: max, token })
    const log = server().log.length
    expect(await guest.ask(event, { roomId: 'friday', user: max })).toMatchObject({ user: max, users: [lea] })
    await host.flush()
    expect(host.payloadsOf('NEW_USER')).toHaveLength(1)
    expect(server().log).toHaveLength(log)
  })
})

describe('a full party', () => {
  const server = withServer({ maxPeers: 2 })

  it('denies another user, and gives it the slot of a user that is away', async () => {
    const join = (client: Client, id: string) =>
      client.ask(event, { roomId: 'friday', user: { id, name: id }, token: 't' })
    const [ann, bob, cy] = [await server().client(), await server().client(), await server().client()]
    for (const [client, id] of [
      [ann, 'ann'],
      [bob, 'bob'],
    ] as const)
      await join(client, id)
    expect(await join(cy, 'cy')).toMatchObject({ error: { code: 'room-full', route: 'sfu' } })
    cy.socket.emit(event, { roomId: 'friday', user: { id: 'cy', name: 'cy' }, token: 't' })
    expect(await cy.waitFor('JOIN_USER_DENIED')).toEqual({ roomId: 'friday', reason: 'room-full' })
    await server().loseConnection(ann)
    expect(await join(cy, 'cy')).toMatchObject({ users: [{ id: 'bob' }] })
    expect(await bob.waitFor('USER_LEFT')).toMatchObject({ user: { id: 'ann' }, reason: 'displaced' })
    await cy.flush()
    expect(cy.events.map(([name]) => name)).toEqual([
      'JOIN_USER_DENIED',
      'JOIN_USER_ACCEPTED',
      'EXISTING_USERS',
    ])
  })
})

describe('the same user from a newer socket', () => {
  const server = withServer()
  const user = { id: 'u-max', name: 'Max' }
  const join = (client: Client, roomId = 'friday', joining = user) =>
    client.ask(event, { roomId, user: joining, token: 't' })

  it('ends the older socket with FORCED_DISCONNECT, and emits nothing to the others (Y-5)', async () => {
    const [host, older] = [await server().client(), await server().client()]
    await join(host, 'friday', { id: 'u-lea', name: 'Lea' })
    await join(older)
    const newer = await server().client()
    expect(await join(newer)).toMatchObject({ success: true, user, users: [{ id: 'u-lea' }] })
    expect(await older.ended).toBe('io server disconnect')
    expect(older.events.at(-1)).toEqual(['FORCED_DISCONNECT', { reason: 'duplicate-session' }])
    await host.ask('PEER_RELAY_SIGNAL', { targetUser: 'u-max', signalData: { hello: 1 } })
    expect(await newer.waitFor('PEER_RELAY_SIGNAL')).toEqual({
      senderUser: 'u-lea',
      signalData: { hello: 1 },
    })
    await host.flush()
    expect(host.events.map(([name]) => name)).toEqual(['ROOM_CREATED', 'NEW_USER'])
    // The end of the older socket does not affect the member.
    server().clock.advance(60_000)
    await newer.flush()
    expect(await newer.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
    expect(
      server().log.filter(({ type }) => type === 'room.member-left' || type === 'room.member-away'),
    ).toEqual([])
  })

  it('leaves the older socket connected if it is in another room', async () => {
    const [older, newer] = [await server().client(), await server().client()]
    await join(older)
    await join(newer, 'saturday')
    await older.flush()
    expect(older.socket.connected).toBe(true)
  })

  it('takes over the membership of an away socket, which cannot resume it any more', async () => {
    const [host, older] = [await server().client(), await server().client()]
    await join(host, 'friday', { id: 'u-lea', name: 'Lea' })
    await join(older)
    await server().loseConnection(older)
    const newer = await server().client()
    await join(newer)
    const back = await server().client('/', { sessionId: older.session.sessionId })
    expect(back.session).toMatchObject({ memberships: [] })
    expect(
      server().log.flatMap((record) => (record.type === 'room.member-back' ? [record.data] : [])),
    ).toEqual([{ memberId: older.id }])
    expect(host.payloadsOf('USER_LEFT', 'NEW_USER')).toHaveLength(1)
    server().clock.advance(60_000)
    expect(await newer.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
  })

  it('needs the token as well', async () => {
    const older = await server().client()
    await join(older)
    const impostor = await server().client()
    expect(codeOf(await impostor.ask(event, { roomId: 'friday', user }))).toBe('access-denied')
    expect(older.socket.connected).toBe(true)
    expect(older.payloadsOf('FORCED_DISCONNECT')).toEqual([])
  })

  it('leaves only the last of several sockets connected', async () => {
    const sockets: Array<Client> = []
    for (let n = 0; n < 5; n++) {
      const client = await server().client()
      await join(client)
      sockets.push(client)
    }
    await Promise.all(sockets.slice(0, -1).map(({ ended }) => ended))
    expect(sockets.map(({ socket }) => socket.connected)).toEqual([false, false, false, false, true])
    expect(sockets.map((client) => client.payloadsOf('FORCED_DISCONNECT').length)).toEqual([1, 1, 1, 1, 0])
  })
})
