import { describe, expect, it } from 'vitest'
import { memberId } from '../../../src/domain/kernel/ids.js'
import { turnCredentials } from '../../../src/infrastructure/ice/ice-servers-for.js'
import { firstInstant } from '../../kit/index.js'
import { withServer } from '../protocols/server-kit.js'

const hourMs = 3_600_000
const leadMs = 300_000
const turn = { urls: ['turn:t.example.org'], secret: 'canary-secret', lifetimeMs: 4 * hourMs }

describe('a picker client, on a server with a TURN server,', () => {
  const server = withServer({ turn })
  const serversOf = (member: string, expiresAt: number) => [
    { urls: 'stun:stun.example.org' },
    { urls: turn.urls, ...turnCredentials(turn.secret, expiresAt, memberId(member)) },
  ]
  const renewal = (member: string, expiresAt: number) => ({
    iceServers: serversOf(member, expiresAt),
    expiresAt,
  })

  it('gets its own credentials when it joins, and new ones before they expire', async () => {
    const leader = await server().client()
    const viewer = await server().client()
    const joined = [await leader.ask('broadcaster-join'), await viewer.ask('viewer-join')]
    expect(joined.map(({ iceServers }) => iceServers)).toStrictEqual([
      serversOf(leader.id, firstInstant + 4 * hourMs),
      serversOf(viewer.id, firstInstant + 4 * hourMs),
    ])
    await server().clock.advanceSettled(4 * hourMs)
    await leader.flush()
    await viewer.flush()
    const nextEnd = firstInstant + 8 * hourMs - leadMs
    expect(leader.payloadsOf('ice-servers')).toStrictEqual([renewal(leader.id, nextEnd)])
    expect(viewer.payloadsOf('ice-servers')).toStrictEqual([renewal(viewer.id, nextEnd)])
  })

  it('gets new credentials for its member when it resumes its session', async () => {
    const viewer = await server().client()
    await viewer.ask('viewer-join')
    await server().loseConnection(viewer)
    expect(server().renewed()).toBe(0)
    server().clock.advance(1_000)
    const back = await server().client('/', { sessionId: viewer.session.sessionId })
    await back.flush()
    expect(back.payloadsOf('ice-servers')).toStrictEqual([
      renewal(viewer.id, firstInstant + 1_000 + 4 * hourMs),
    ])
    expect(server().renewed()).toBe(1)
  })

  it('gets none before it joins and after it leaves or is removed', async () => {
    const [leader, leaving, removed] = [
      await server().client(),
      await server().client(),
      await server().client(),
    ]
    await leader.ask('broadcaster-join')
    await leaving.ask('viewer-join')
    await removed.ask('viewer-join')
    const observer = await server().client()
    await leaving.ask('leave')
    await leader.ask('remove-member', { memberId: removed.id })
    await server().clock.advanceSettled(4 * hourMs)
    for (const client of [leaving, removed, observer]) {
      await client.flush()
      expect(client.payloadsOf('ice-servers')).toStrictEqual([])
    }
    expect(server().renewed()).toBe(1)
  })

  it('causes no credential in the log, and receives no secret', async () => {
    const leader = await server().client()
    const { iceServers } = await leader.ask('broadcaster-join', { name: 'Lea' })
    const log = JSON.stringify(server().log)
    const { credential } = turnCredentials(turn.secret, firstInstant + 4 * hourMs, memberId(leader.id))
    expect(JSON.stringify(iceServers)).toContain(credential)
    expect(log).toContain('Lea')
    expect(log).not.toContain(credential)
    expect(JSON.stringify(leader.seen) + log).not.toContain(turn.secret)
  })
})
