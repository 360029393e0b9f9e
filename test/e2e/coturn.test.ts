import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memberId } from '../../src/domain/kernel/ids.js'
import { systemClock } from '../../src/infrastructure/clock/system-clock.js'
import type { IceServer } from '../../src/infrastructure/config/ice-servers.js'
import { iceServersFor } from '../../src/infrastructure/ice/ice-servers-for.js'
import { relayedInChromium } from './relayed-in-chromium.js'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import { stranger } from './stranger.js'
import type { TurnServer } from './turn-server.js'
import { relayed, turnServer } from './turn-server.js'

const folder = process.env['COTURN_FOLDER']
const chromiumPath = process.env['CHROMIUM_PATH']
const name = 'a real coturn'
const secret = 'canary-secret-of-coturn'
const refused = ['message processed, error 401: Unauthorized']

describe.skipIf(folder === undefined)(
  folder === undefined ? `${name} (left out: coturn is missing)` : name,
  () => {
    const inUse: { turn?: TurnServer; server?: ServerProcess } = {}
    const turn = (): TurnServer => {
      if (inUse.turn === undefined) throw new Error('coturn is not there yet')
      return inUse.turn
    }
    const server = (): ServerProcess => {
      if (inUse.server === undefined) throw new Error('the server is not there yet')
      return inUse.server
    }

    beforeAll(async () => {
      inUse.turn = await turnServer(folder ?? '', secret)
      inUse.server = await serverProcess({
        EVENT_STORE: 'memory',
        LOG_LEVEL: 'trace',
        ICE_SERVERS: '[{"urls":"stun:127.0.0.1"}]',
        TURN_URL: `${turn().url}, ${turn().url}?transport=tcp`,
        TURN_SECRET: secret,
      })
      await server().start()
    })
    afterAll(async () => {
      await inUse.server?.end('SIGKILL')
      await inUse.server?.remove()
      await inUse.turn?.stop()
    })

    /** What the running server tells somebody who joins. */
    const told = async (): Promise<{ readonly member: string; readonly ofTurn: IceServer }> => {
      const client = stranger(server().url)
      const { memberId: member, iceServers } = await client.ask('viewer-join')
      client.close()
      const [ofStun, ofTurn] = iceServers as ReadonlyArray<IceServer>
      expect(ofStun).toStrictEqual({ urls: 'stun:127.0.0.1' })
      if (ofTurn === undefined) throw new Error('no TURN server was told')
      return { member: String(member), ofTurn }
    }

    /** What a server with this secret and a clock that is so late tells Ann. */
    const made = (of: string, lateMs = 0): IceServer => {
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
      'relays over %s for whoever the server told credentials, under the name of its member',
      async (over) => {
        const { member, ofTurn } = await told()
        expect(ofTurn).toStrictEqual({
          urls: [turn().url, `${turn().url}?transport=tcp`],
          username: expect.stringMatching(new RegExp(`^\\d{10}:${member}$`)),
          credential: expect.stringMatching(/^[A-Za-z0-9+/]{27}=$/),
        })
        const outcome = await relayed(folder ?? '', turn(), ofTurn, over)
        expect(outcome).toMatchObject({ code: 0, sent: 10, received: 10 })
        await expect.poll(() => turn().answersTo(ofTurn.username)).toContain('ALLOCATE processed, success')
        const answers = turn().answersTo(ofTurn.username)
        expect(answers.filter((answer) => !answer.endsWith('success'))).toStrictEqual([])
      },
    )

    it('takes what is made with its secret up to the end, and not afterwards', async () => {
      const ending = made(secret, 30_000)
      const ended = made(secret, 62_000)
      expect(await relayed(folder ?? '', turn(), ending)).toMatchObject({ code: 0, sent: 10, received: 10 })
      const outcome = await relayed(folder ?? '', turn(), ended)
      expect(outcome).toMatchObject({ code: 255, sent: 0, received: 0 })
      expect(outcome.output).toContain('Cannot complete Allocation')
      await expect.poll(() => turn().answersTo(ended.username)).toStrictEqual(refused)
    })

    it('refuses what is made with another secret', async () => {
      const forged = made(`${secret}!`)
      const outcome = await relayed(folder ?? '', turn(), forged)
      expect(outcome).toMatchObject({ code: 255, sent: 0, received: 0 })
      expect(outcome.output).toContain('Cannot complete Allocation')
      await expect.poll(() => turn().answersTo(forged.username)).toStrictEqual(refused)
    })

    describe.skipIf(chromiumPath === undefined)(
      chromiumPath === undefined ? 'in a real browser (left out: Chromium is missing)' : 'in a real browser',
      () => {
        it.each(['udp', 'tcp'])(
          'is the whole way over %s, for what the server told is understood as it is',
          async (over) => {
            const { ofTurn } = await told()
            const urls = [ofTurn.urls].flat().filter((url) => url.endsWith('tcp') === (over === 'tcp'))
            expect(urls).toHaveLength(1)
            expect(await relayedInChromium([{ ...ofTurn, urls }])).toStrictEqual({
              heard: 'hello',
              candidates: ['relay'],
              refusals: [],
            })
          },
        )

        it('is no way for what has ended, or is made with another secret', async () => {
          for (const refusedServer of [made(secret, 62_000), made(`${secret}!`)]) {
            const { heard, candidates, refusals } = await relayedInChromium([refusedServer])
            expect({ heard, candidates, codes: [...new Set(refusals)] }).toStrictEqual({
              heard: null,
              candidates: [],
              codes: [401],
            })
          }
        })
      },
    )

    it('is served by a server that prints neither the secret nor a credential, however much it logs', async () => {
      const { ofTurn } = await told()
      expect(server().output()).toContain('"level":"info"')
      expect(server().output()).not.toContain(secret)
      expect(server().output()).not.toContain(ofTurn.credential)
    })
  },
)
