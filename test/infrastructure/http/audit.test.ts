import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../../src/application/ports/audit-trail.js'
import { trailOf } from '../../kit/audited.js'
import { secret, tokenWith } from '../identity/forge.js'
import { runningServer } from './running-server.js'
import type { TestServer } from './running-server.js'

let server: TestServer
beforeEach(async () => {
  server = await runningServer({ env: { NODE_ID: 'ward-3' } })
})
afterEach(() => server.stop())

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const outcome = ({ action, room, reason }: AuditRecord) => [action, room, reason]

describe('the audit trail of HTTP requests', () => {
  it('has one record of each creation, accepted or not', async () => {
    await server.request('/rooms', post({ roomCode: 'abc' }))
    await server.request('/rooms', post({ roomCode: 'abc' }))
    await server.request('/rooms', post({ roomCode: '???' }))
    await server.request('/rooms', { method: 'POST' })
    const found = await trailOf(server.store)
    expect(found.map(outcome)).toEqual([
      ['POST /rooms', 'room_abc', null],
      ['POST /rooms', 'room_abc', 'room-exists'],
      ['POST /rooms', null, 'invalid-payload'],
      ['POST /rooms', expect.stringMatching(/^room_/), null],
    ])
    expect(found[0]).toMatchObject({ user: null, address: '127.0.0.1', node: 'ward-3', outcome: 'accepted' })
  })

  it('has refused reads of a log, and no record of a member that reads its own room', async () => {
    const { socket, sessionId } = await server.client('/rooms')
    await socket.emitWithAck('join', { room: 'own', create: true })
    const read = (room: string, session: string) =>
      server.request(`/rooms/${room}/events`, { headers: { authorization: `Session ${session}` } })
    expect((await read('own', sessionId)).status).toBe(200)
    expect((await read('own', 'invented')).status).toBe(403)
    expect((await read('nowhere', sessionId)).status).toBe(404)
    expect((await server.request('/rooms/own/events')).status).toBe(401)
    expect((await trailOf(server.store)).map(outcome)).toEqual([
      ['/rooms join', 'own', null],
      ['GET /rooms/:room/events', 'own', 'access-denied'],
      ['GET /rooms/:room/events', 'nowhere', 'room-not-found'],
      ['GET /rooms/:room/events', 'own', 'unauthenticated'],
    ])
  })

  it('has each reading of a log by an operator, and refused ones with their user', async () => {
    const withKey = await runningServer({ env: { JWT_SECRET: secret } })
    const { socket } = await withKey.client('/rooms')
    await socket.emitWithAck('join', { room: 'own', create: true })
    const read = (claims: object) =>
      withKey.request('/rooms/own/events', { headers: { authorization: `Bearer ${tokenWith(claims)}` } })
    expect((await read({ sub: 'olaf', role: 'admin' })).status).toBe(200)
    expect((await read({ sub: 'stan', role: 'staff' })).status).toBe(403)
    const action = 'GET /rooms/:room/events'
    expect((await trailOf(withKey.store)).slice(1)).toMatchObject([
      { action, room: 'own', user: 'olaf', isVerified: true, roles: ['admin'], outcome: 'accepted' },
      { action, room: 'own', user: 'stan', roles: ['staff'], outcome: 'refused', reason: 'access-denied' },
    ])
    await withKey.stop()
  })

  it('counts connections from a foreign origin', async () => {
    for (let each = 0; each < 3; each++) {
      await server.request('/socket.io/?EIO=4&transport=polling', {
        headers: { origin: 'https://evil.example' },
      })
    }
    await server.clock.advanceSettled(1_000)
    expect(await trailOf(server.store)).toMatchObject([
      { action: '* connect', reason: 'access-denied', count: 3, address: '127.0.0.1' },
    ])
  })

  it('is counted in the metrics', async () => {
    await server.request('/rooms', post({ roomCode: 'abc' }))
    expect(await server.metrics()).toContain('roomreel_audit_records_total{what="recorded"} 1')
  })
})

it('AUDIT=off records nothing', async () => {
  const off = await runningServer({ env: { AUDIT: 'off' } })
  await off.request('/rooms', post({ roomCode: 'abc' }))
  await off.request('/rooms', post({ roomCode: '???' }))
  const { socket } = await off.client()
  await socket.emitWithAck('leave')
  expect(await trailOf(off.store)).toEqual([])
  await off.stop()
})
