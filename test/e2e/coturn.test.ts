import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memberId } from '../../src/domain/kernel/ids.js'
import { systemClock } from '../../src/infrastructure/clock/system-clock.js'
import type { IceServer } from '../../src/infrastructure/config/ice-servers.js'
import { iceServersFor } from '../../src/infrastructure/ice/ice-servers-for.js'
import { connectThroughRelay } from './relay-connection.js'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import { connectStockClient } from './stock-client.js'
import type { TurnServer } from './turn-server.js'
import { runTurnClient, turnServer } from './turn-server.js'

const folder = process.env['COTURN_FOLDER']
const chromiumPath = process.env['CHROMIUM_PATH']
const name = 'a real coturn'
const secret = 'canary-secret-of-coturn'
const refused = ['message processed, error 401: Unauthorized']

describe.skipIf(folder === undefined)(
  folder === undefined ? `${name} (left out: coturn is missing)` : name,
  () => {
    const running: { turn?: TurnServer; server?: ServerProcess } = {}
    const turn = (): TurnServer => {
      if (running.turn === undefined) throw new Error('coturn is not there yet')
      return running.turn
    }
    const server = (): ServerProcess => {
      if (running.server === undefined) throw new Error('the server is not there yet')
      return running.server
    }

    beforeAll(async () => {
      running.turn = await turnServer(folder ?? '', secret)
      running.server = await serverProcess({
        EVENT_STORE: 'memory',
        LOG_LEVEL: 'trace',
        ICE_SERVERS: '[{"urls":"stun:127.0.0.1"}]',
        TURN_URL: `${turn().url}, ${turn().url}?transport=tcp`,
        TURN_SECRET: secret,
      })
      await server().start()
    })
    afterAll(async () => {
      await running.server?.end('SIGKILL')
      await running.server?.remove()
      await running.turn?.stop()
    })

    /** The credentials that the running server issues to a new member. */
    const issuedCredentials = async (): Promise<{ readonly member: string; readonly ofTurn: IceServer }> => {
      const client = connectStockClient(server().url)
      const { memberId: member, iceServers } = await client.ask('viewer-join')
      client.close()
      const [ofStun, ofTurn] = iceServers as ReadonlyArray<IceServer>
      expect(ofStun).toStrictEqual({ urls: 'stun:127.0.0.1' })
      if (ofTurn === undefined) throw new Error('no TURN server was told')
      return { member: String(member), ofTurn }
    }

    /** Credentials that are signed with this secret by a server whose clock is late. */
    const credentialsFor = (of: string, lateMs = 0): IceServer => {
      const clock = systemClock()
      const { iceServers } = iceServersFor({
        clock: { now: () => clock.now() - lateMs },
        fixed: [],
        turn: { urls: [turn().url], secret: of, lifetimeMs: 60_000 },
      })(memberId('ann'))
      if (iceServers[0] === undefined) throw new Error('no TURN server was told')
      return iceServers[0]
    }

    it.each(['udp', 'tcp'] as const)(
      'relays over %s with the credentials from the server, whose user name contains the member id',
      async (over) => {
        const { member, ofTurn } = await issuedCredentials()
        expect(ofTurn).toStrictEqual({
          urls: [turn().url, `${turn().url}?transport=tcp`],
          username: expect.stringMatching(new RegExp(`^\\d{10}:${member}$`)),
          credential: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
        })
        const outcome = await runTurnClient(folder ?? '', turn(), ofTurn, over)
        expect(outcome).toMatchObject({ code: 0, sent: 10, received: 10 })
        await expect.poll(() => turn().responsesTo(ofTurn.username)).toContain('ALLOCATE processed, success')
        const answers = turn().responsesTo(ofTurn.username)
        expect(answers.filter((answer) => !answer.endsWith('success'))).toStrictEqual([])
      },
    )

    it('accepts credentials until they expire and rejects them afterwards', async () => {
      const expiringCredentials = credentialsFor(secret, 30_000)
      const expiredCredentials = credentialsFor(secret, 62_000)
      expect(await runTurnClient(folder ?? '', turn(), expiringCredentials)).toMatchObject({
        code: 0,
        sent: 10,
        received: 10,
      })
      const outcome = await runTurnClient(folder ?? '', turn(), expiredCredentials)
      expect(outcome).toMatchObject({ code: 255, sent: 0, received: 0 })
      expect(outcome.output).toContain('Cannot complete Allocation')
      await expect.poll(() => turn().responsesTo(expiredCredentials.username)).toStrictEqual(refused)
    })

    it('rejects credentials that are signed with another secret', async () => {
      const forgedCredentials = credentialsFor(`${secret}!`)
      const outcome = await runTurnClient(folder ?? '', turn(), forgedCredentials)
      expect(outcome).toMatchObject({ code: 255, sent: 0, received: 0 })
      expect(outcome.output).toContain('Cannot complete Allocation')
      await expect.poll(() => turn().responsesTo(forgedCredentials.username)).toStrictEqual(refused)
    })

    describe.skipIf(chromiumPath === undefined)(
      chromiumPath === undefined ? 'in a real browser (left out: Chromium is missing)' : 'in a real browser',
      () => {
        it.each(['udp', 'tcp'])(
          'carries a data channel over %s between two peers that may only use the relay',
          async (over) => {
            const { ofTurn } = await issuedCredentials()
            const urls = [ofTurn.urls].flat().filter((url) => url.endsWith('tcp') === (over === 'tcp'))
            expect(urls).toHaveLength(1)
            expect(await connectThroughRelay([{ ...ofTurn, urls }])).toStrictEqual({
              heard: 'hello',
              candidates: ['relay'],
              refusals: [],
            })
          },
        )

        it('carries no data channel for expired credentials or credentials signed with another secret', async () => {
          for (const refusedServer of [credentialsFor(secret, 62_000), credentialsFor(`${secret}!`)]) {
            const { heard, candidates, refusals } = await connectThroughRelay([refusedServer])
            expect({ heard, candidates, codes: [...new Set(refusals)] }).toStrictEqual({
              heard: null,
              candidates: [],
              codes: [401],
            })
          }
        })
      },
    )

    it('the server logs neither the TURN secret nor a credential at level trace', async () => {
      const { ofTurn } = await issuedCredentials()
      expect(server().output()).toContain('"level":"info"')
      expect(server().output()).not.toContain(secret)
      expect(server().output()).not.toContain(ofTurn.credential)
    })
  },
)
