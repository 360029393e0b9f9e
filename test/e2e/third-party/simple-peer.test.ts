import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../server-process.js'
import { chromiumPath, sharedBrowser } from '../page/browser-profiles.js'
import { serverProcess } from '../server-process.js'
import type { ThirdPartyPage } from './third-party-page.js'
import { serveThirdPartyPage } from './third-party-page.js'
import type { SimplePeerClient } from './simple-peer-client.js'
import { openSimplePeerClient } from './simple-peer-client.js'

const name = "somebody else's page, on simple-peer, in a real browser"

describe.skipIf(chromiumPath === undefined)(
  chromiumPath === undefined ? `${name} (left out: Chromium is missing)` : name,
  () => {
    const running: { page?: ThirdPartyPage; server?: ServerProcess; browser?: Browser } = {}
    const contexts: Array<BrowserContext> = []
    const clients: Array<SimplePeerClient> = []

    beforeAll(async () => {
      running.page = await serveThirdPartyPage()
      running.server = await serverProcess({
        LOG_LEVEL: 'error',
        RECONNECT_GRACE_MS: '120000',
        CLIENT_URL: running.page.origin,
      })
      await running.server.start()
      running.browser = await sharedBrowser()
    })
    afterEach(async ({ task }) => {
      const present = clients.splice(0)
      if (task.result?.state === 'fail') {
        for (const client of present) process.stderr.write(`${await client.describeHistory()}\n`)
      }
      const refused = await Promise.all(present.map((client) => client.refused()))
      for (const context of contexts.splice(0)) await context.close()
      expect(refused.flat()).toStrictEqual([])
    })
    afterAll(async () => {
      await running.server?.end('SIGKILL')
      await running.server?.remove()
      await running.page?.stop()
    })

    /** Each in its own browser profile. */
    const openClient = async (id: string, colour?: string): Promise<SimplePeerClient> => {
      const { page, server, browser } = running
      if (page === undefined || server === undefined || browser === undefined)
        throw new Error('the party has not begun')
      const context = await browser.newContext({ permissions: ['camera'] })
      contexts.push(context)
      const user = { id, name: id.toUpperCase(), ...(colour === undefined ? {} : { colour }) }
      const client = await openSimplePeerClient(context, { origin: page.origin, url: server.url }, user)
      clients.push(client)
      return client
    }

    /** Ann has created the room; Bob has joined after her and called her. */
    const openPair = async (room: string) => {
      const ann = await openClient('ann', 'teal')
      const { joinToken } = await ann.join(room)
      const bob = await openClient('bob')
      const token = String(joinToken)
      await bob.join(room, { token })
      await connected(ann, bob)
      return { ann, bob, token }
    }

    it('connects two and then three peers that all exchange messages', async () => {
      const { ann, bob, token } = await openPair('data')
      const cem = await openClient('cem')
      await cem.join('data', { token })
      await connected(ann, bob, cem)

      expect(await ann.events()).toStrictEqual(['session', 'ROOM_CREATED', 'NEW_USER', 'NEW_USER'])
      expect(await bob.events()).toStrictEqual([
        'session',
        'JOIN_USER_ACCEPTED',
        'EXISTING_USERS',
        'NEW_USER',
      ])
      expect((await ann.received('NEW_USER')).map(({ user }) => user)).toStrictEqual([bob.user, cem.user])
      expect((await cem.received('EXISTING_USERS')).map(({ users }) => users)).toStrictEqual([
        [ann.user, bob.user],
      ])
      // Each peer receives offers from later peers and answers from earlier ones.
      expect(await descriptions(ann)).toStrictEqual([
        ['bob', 'offer'],
        ['cem', 'offer'],
      ])
      expect(await descriptions(bob)).toStrictEqual([
        ['ann', 'answer'],
        ['cem', 'offer'],
      ])
    })

    it('shows video that either peer turns on during a call', async () => {
      const { ann, bob, token } = await openPair('video')
      await ann.turnOnCamera()
      await bob.waitForVideo(ann)
      await bob.turnOnCamera()
      await ann.waitForVideo(bob)
      await bob.waitForVideo(ann)
      // Ann was called: she requests another offer from Bob with the library's own signal.
      expect(await bob.relayed()).toContainEqual(['ann', 'renegotiate'])
      expect((await descriptions(ann)).filter(([, kind]) => kind === 'offer').length).toBeGreaterThan(1)

      const cem = await openClient('cem')
      await cem.join('video', { token })
      await cem.waitForVideo(ann)
      await cem.waitForVideo(bob)
      await connected(ann, bob, cem)
    })

    it.each([
      { with: 'the session of its tab', comesBack: true },
      { with: 'nothing but its user id', comesBack: false },
    ])('reconnects after a reload with $with, without a departure event', async ({ comesBack }) => {
      const room = comesBack ? 'reload-with-session' : 'reload-without'
      const { ann, bob, token } = await openPair(room)
      await ann.turnOnCamera()
      await bob.waitForVideo(ann)
      const before = await ann.events()

      await bob.reload()
      const { user, users } = await bob.join(room, { token, comesBack })
      expect({ user, users }).toStrictEqual({ user: bob.user, users: [ann.user] })
      expect((await bob.received('session')).map(({ resumed }) => resumed)).toStrictEqual([comesBack])
      await connected(ann, bob)
      await bob.waitForVideo(ann)
      expect(await ann.events()).toStrictEqual(before)
    })

    it('reconnects from a second tab and disconnects the first, without a departure event', async () => {
      const { ann, bob, token } = await openPair('second-tab')
      const before = await ann.events()
      const again = await openClient('bob')
      await again.join('second-tab', { token })
      await bob.waitForDisconnect()
      expect(await bob.received('FORCED_DISCONNECT')).toStrictEqual([{ reason: 'duplicate-session' }])
      await connected(ann, again)
      expect(await ann.events()).toStrictEqual(before)
    })

    it('rejects a join without the token with an error message', async () => {
      const { ann } = await openPair('token')
      const before = await ann.events()
      const dan = await openClient('dan')
      for (const token of [undefined, 'guessed']) {
        expect(await dan.join('token', token === undefined ? {} : { token })).toMatchObject({
          success: false,
          error: { code: 'access-denied', roomId: 'token' },
        })
      }
      expect(await ann.events()).toStrictEqual(before)
    })
  },
)

let sentences = 0

/** Every pair has a data channel that delivers messages. */
const connected = async (...clients: ReadonlyArray<SimplePeerClient>): Promise<void> => {
  // Twice: a peer notices that its old connection is broken only when the others have called again.
  for (const client of [...clients, ...clients]) {
    await client.waitForConnection(...clients.filter((other) => other !== client))
  }
  for (const client of clients) {
    const text = `hello from ${client.user.id}, ${++sentences}`
    await client.send(text)
    for (const other of clients) if (other !== client) await other.waitForMessage(client, text)
  }
}

const descriptions = async (client: SimplePeerClient) =>
  (await client.relayed()).filter(([, kind]) => kind === 'offer' || kind === 'answer')
