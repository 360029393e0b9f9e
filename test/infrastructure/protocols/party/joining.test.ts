import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'

const event = 'JOIN_USER_REQUEST'
const codeOf = (reply: Heard): unknown => reply.error?.['code']

describe('a party', () => {
  const server = withServer()
  const lea = { id: 'u-lea', name: 'Lea', colour: 'red', seats: [1, null] }
  const max = { id: 'u-max', name: 'Max' }

  const made = async (): Promise<readonly [host: Client, token: string]> => {
    const host = await server().client()
    const { joinToken } = await host.ask(event, { roomId: 'friday', user: lea })
    return [host, String(joinToken)]
  }

  it('is made by whoever asks for it first, who gets the token for the others', async () => {
    const host = await server().client()
    const reply = await host.ask(event, { roomId: 'friday', user: lea })
    const joinToken = expect.stringMatching(/^[\w-]{22}$/)
    expect(reply).toEqual({ success: true, roomId: 'friday', user: lea, joinToken })
    expect(await host.hears('ROOM_CREATED')).toEqual({
      roomId: 'friday',
      user: lea,
      joinToken: reply['joinToken'],
      room: 'friday',
      seq: 2,
      at: expect.any(Number),
    })
    expect(host.heard).toHaveLength(1)
    expect(JSON.stringify(server().log)).not.toContain(reply['joinToken'])
  })

  it('has the token that its maker brings', async () => {
    const [host, guest] = [await server().client(), await server().client()]
    expect(await host.ask(event, { roomId: 'friday', user: lea, token: 'open sesame' })).toMatchObject({
      joinToken: 'open sesame',
    })
    expect(await guest.ask(event, { roomId: 'friday', user: max, token: 'open sesame' })).toMatchObject({
      users: [lea],
    })
    expect(JSON.stringify(server().log)).not.toContain('open sesame')
  })

  it('tells who enters of the others, and the others of it', async () => {
    const [host, token] = await made()
    const guest = await server().client()
    expect(await guest.ask(event, { roomId: 'friday', user: max, token })).toEqual({
      success: true,
      roomId: 'friday',
      user: max,
      users: [lea],
    })
    await guest.fence()
    const place = { room: 'friday', seq: 3, at: expect.any(Number) }
    expect(guest.heard).toEqual([
      ['JOIN_USER_ACCEPTED', { roomId: 'friday', user: max, ...place, more: true }],
      ['EXISTING_USERS', { roomId: 'friday', users: [lea], ...place }],
    ])
    expect(await host.hears('NEW_USER')).toEqual({ roomId: 'friday', user: max, ...place })
  })

  it('tells it by events too where no acknowledgement is asked for', async () => {
    const [host, guest] = [await server().client(), await server().client()]
    host.socket.emit(event, { roomId: 'friday', user: lea, token: 'open sesame' })
    await host.hears('ROOM_CREATED')
    guest.socket.emit(event, { roomId: 'friday', user: max, token: 'open sesame' })
    expect(await guest.hears('EXISTING_USERS')).toMatchObject({ users: [lea] })
  })

  it('denies who has no token or a wrong one, by the acknowledgement, or else by JOIN_USER_DENIED', async () => {
    const [host, token] = await made()
    const guest = await server().client()
    const log = server().log.length
    for (const wrong of [undefined, `${token}x`, token.toUpperCase(), 'friday']) {
      const wanted = { roomId: 'friday', user: max, token: wrong }
      expect(await guest.ask(event, wanted)).toMatchObject({
        success: false,
        error: {
          code: 'access-denied',
          message: 'The room is private; enter it with its token',
          roomId: 'friday',
          event,
        },
      })
      expect(guest.of('JOIN_USER_DENIED')).toEqual([])
    }
    guest.socket.emit(event, { roomId: 'friday', user: max })
    expect(await guest.hears('JOIN_USER_DENIED')).toEqual({ roomId: 'friday', reason: 'access-denied' })
    guest.socket.emit(event, { roomId: 'friday', user: { id: 'x', name: 5 } })
    expect(await guest.hears('JOIN_USER_DENIED', ({ reason }) => reason === 'invalid-payload')).toEqual({
      roomId: 'friday',
      reason: 'invalid-payload',
    })
    guest.socket.emit(event, { roomId: 'no room / at all', user: max })
    expect(await guest.hears('JOIN_USER_DENIED', ({ roomId }) => roomId === undefined)).toEqual({
      reason: 'invalid-payload',
    })
    await guest.fence()
    expect(guest.of('error')).toEqual([])
    expect(host.of('NEW_USER')).toEqual([])
    expect(server().log).toHaveLength(log)
  })

  it('is entered by the token in every other vocabulary', async () => {
    const [, token] = await made()
    const [viewer, native] = [await server().client(), await server().client('/rooms')]
    expect(codeOf(await viewer.ask('viewer-join', { room: 'friday' }))).toBe('access-denied')
    expect(codeOf(await native.ask('join', { room: 'friday', token: 'guessed' }))).toBe('access-denied')
    expect(await viewer.ask('viewer-join', { room: 'friday', token })).toMatchObject({ success: true })
    expect(await native.ask('join', { room: 'friday', token })).toMatchObject({ success: true })
  })

  it('takes nobody for another than the handshake says', async () => {
    const [, token] = await made()
    const client = await server().client('/', { userId: 'u-max' })
    expect(codeOf(await client.ask(event, { roomId: 'friday', user: lea, token }))).toBe('access-denied')
    expect(await client.ask(event, { roomId: 'friday', user: max, token })).toMatchObject({ user: max })
  })

  it('takes nobody who is in the room already for another', async () => {
    const [host, token] = await made()
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
    await guest.fence()
    expect(host.of('NEW_USER')).toHaveLength(1)
    expect(host.of('USER_LEFT')).toEqual([])
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
  ])('is not entered by %j', async (payload, path) => {
    const client = await server().client()
    expect(await client.ask(event, payload)).toMatchObject({ error: { code: 'invalid-payload', path } })
    expect(server().log).toEqual([])
  })

  it('is left by disconnecting, at once with a goodbye and after the grace without', async () => {
    const [host, token] = await made()
    const [polite, cut] = [await server().client(), await server().client()]
    await polite.ask(event, { roomId: 'friday', user: max, token })
    await cut.ask(event, { roomId: 'friday', user: { id: 'u-cy', name: 'Cy' }, token })
    polite.socket.disconnect()
    expect(await host.hears('USER_LEFT')).toMatchObject({ roomId: 'friday', user: max, reason: 'left' })
    await server().loses(cut)
    server().clock.advance(14_999)
    await host.fence()
    expect(host.of('USER_LEFT')).toHaveLength(1)
    server().clock.advance(1)
    expect(await host.hears('USER_LEFT', ({ reason }) => reason === 'expired')).toMatchObject({
      user: { id: 'u-cy' },
    })
  })

  it('is one at a time: who enters another leaves the first', async () => {
    const [host, token] = await made()
    const guest = await server().client()
    await guest.ask(event, { roomId: 'friday', user: max, token })
    await guest.ask(event, { roomId: 'saturday', user: max })
    expect(await host.hears('USER_LEFT')).toMatchObject({ user: max, reason: 'left', room: 'friday' })
    expect(codeOf(await guest.ask(event, { roomId: 'friday', user: max, token: 'forgotten' }))).toBe(
      'access-denied',
    )
    expect(await guest.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
    expect(await guest.hears('ACTIVATE_MODULE')).toMatchObject({ room: 'saturday' })
  })

  it('says the same to a user that enters again, and nothing to the others', async () => {
    const [host, token] = await made()
    const guest = await server().client()
    await guest.ask(event, { roomId: 'friday', user: max, token })
    const log = server().log.length
    expect(await guest.ask(event, { roomId: 'friday', user: max })).toMatchObject({ user: max, users: [lea] })
    await host.fence()
    expect(host.of('NEW_USER')).toHaveLength(1)
    expect(server().log).toHaveLength(log)
  })
})

describe('a full party', () => {
  const server = withServer({ maxPeers: 2 })

  it('denies one more user, and gives it the place of one that is away', async () => {
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
    expect(await cy.hears('JOIN_USER_DENIED')).toEqual({ roomId: 'friday', reason: 'room-full' })
    await server().loses(ann)
    expect(await join(cy, 'cy')).toMatchObject({ users: [{ id: 'bob' }] })
    expect(await bob.hears('USER_LEFT')).toMatchObject({ user: { id: 'ann' }, reason: 'displaced' })
    await cy.fence()
    expect(cy.heard.map(([name]) => name)).toEqual([
      'JOIN_USER_DENIED',
      'JOIN_USER_ACCEPTED',
      'EXISTING_USERS',
    ])
  })
})

describe('the same user from a newer socket', () => {
  const server = withServer()
  const user = { id: 'u-max', name: 'Max' }
  const join = (client: Client, roomId = 'friday', who = user) =>
    client.ask(event, { roomId, user: who, token: 't' })

  it('ends the older, which is told why; the others hear nothing of it', async () => {
    const [host, older] = [await server().client(), await server().client()]
    await join(host, 'friday', { id: 'u-lea', name: 'Lea' })
    await join(older)
    const newer = await server().client()
    expect(await join(newer)).toMatchObject({ success: true, user, users: [{ id: 'u-lea' }] })
    expect(await older.ended).toBe('io server disconnect')
    expect(older.heard.at(-1)).toEqual(['FORCED_DISCONNECT', { reason: 'duplicate-session' }])
    await host.ask('PEER_RELAY_SIGNAL', { targetUser: 'u-max', signalData: { hello: 1 } })
    expect(await newer.hears('PEER_RELAY_SIGNAL')).toEqual({ senderUser: 'u-lea', signalData: { hello: 1 } })
    await host.fence()
    expect(host.heard.map(([name]) => name)).toEqual(['ROOM_CREATED', 'NEW_USER'])
    // The older one's end, however late, is not the newer one's.
    server().clock.advance(60_000)
    await newer.fence()
    expect(await newer.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
    expect(
      server().log.filter(({ type }) => type === 'room.member-left' || type === 'room.member-away'),
    ).toEqual([])
  })

  it('ends the older only in the room in which both are', async () => {
    const [older, newer] = [await server().client(), await server().client()]
    await join(older)
    await join(newer, 'saturday')
    await older.fence()
    expect(older.socket.connected).toBe(true)
  })

  it('takes its place under the same member id when the older is away, too, and the older gets it back no more', async () => {
    const [host, older] = [await server().client(), await server().client()]
    await join(host, 'friday', { id: 'u-lea', name: 'Lea' })
    await join(older)
    await server().loses(older)
    const newer = await server().client()
    await join(newer)
    const back = await server().client('/', { sessionId: older.session.sessionId })
    expect(back.session).toMatchObject({ memberships: [] })
    expect(
      server().log.flatMap((record) => (record.type === 'room.member-back' ? [record.data] : [])),
    ).toEqual([{ memberId: older.id }])
    expect(host.of('USER_LEFT', 'NEW_USER')).toHaveLength(1)
    server().clock.advance(60_000)
    expect(await newer.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual({ success: true })
  })

  it('has to have the token like everybody', async () => {
    const older = await server().client()
    await join(older)
    const impostor = await server().client()
    expect(codeOf(await impostor.ask(event, { roomId: 'friday', user }))).toBe('access-denied')
    expect(older.socket.connected).toBe(true)
    expect(older.of('FORCED_DISCONNECT')).toEqual([])
  })

  it('goes on as often as it comes: only the last is there', async () => {
    const sockets: Array<Client> = []
    for (let n = 0; n < 5; n++) {
      const client = await server().client()
      await join(client)
      sockets.push(client)
    }
    await Promise.all(sockets.slice(0, -1).map(({ ended }) => ended))
    expect(sockets.map(({ socket }) => socket.connected)).toEqual([false, false, false, false, true])
    expect(sockets.map((client) => client.of('FORCED_DISCONNECT').length)).toEqual([1, 1, 1, 1, 0])
  })
})
