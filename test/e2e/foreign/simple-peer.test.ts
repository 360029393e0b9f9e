import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../server-process.js'
import { chromiumPath, sharedBrowser } from '../page/browser-profiles.js'
import { allowedByItself } from '../page/caller.js'
import { serverProcess } from '../server-process.js'
import type { ForeignPage } from './foreign-page.js'
import { foreignPage } from './foreign-page.js'
import type { PartyGoer } from './party-goer.js'
import { partyGoer } from './party-goer.js'

const name = "somebody else's page, on simple-peer, in a real browser"

describe.skipIf(chromiumPath === undefined)(
  chromiumPath === undefined ? `${name} (left out: Chromium is missing)` : name,
  () => {
    const inUse: { page?: ForeignPage; server?: ServerProcess; browser?: Browser } = {}
    const contexts: Array<BrowserContext> = []
    const goers: Array<PartyGoer> = []

    beforeAll(async () => {
      inUse.page = await foreignPage()
      inUse.server = await serverProcess({
        LOG_LEVEL: 'error',
        RECONNECT_GRACE_MS: '120000',
        CLIENT_URL: inUse.page.origin,
      })
      await inUse.server.start()
      inUse.browser = await sharedBrowser(allowedByItself)
    })
    afterEach(async ({ task }) => {
      const present = goers.splice(0)
      if (task.result?.state === 'fail') {
        for (const goer of present) process.stderr.write(`${await goer.story()}\n`)
      }
      const refused = await Promise.all(present.map((goer) => goer.refused()))
      for (const context of contexts.splice(0)) await context.close()
      expect(refused.flat()).toStrictEqual([])
    })
    afterAll(async () => {
      await inUse.server?.end('SIGKILL')
      await inUse.server?.remove()
      await inUse.page?.stop()
    })

    /** In a browser profile of its own. */
    const comes = async (id: string, colour?: string): Promise<PartyGoer> => {
      const { page, server, browser } = inUse
      if (page === undefined || server === undefined || browser === undefined)
        throw new Error('the party has not begun')
      const context = await browser.newContext({ permissions: ['camera'] })
      contexts.push(context)
      const user = { id, name: id.toUpperCase(), ...(colour === undefined ? {} : { colour }) }
      const goer = await partyGoer(context, { origin: page.origin, url: server.url }, user)
      goers.push(goer)
      return goer
    }

    /** Ann has made the room, and Bob, who came after her, has called her. */
    const two = async (room: string) => {
      const ann = await comes('ann', 'teal')
      const { joinToken } = await ann.joins(room)
      const bob = await comes('bob')
      const token = String(joinToken)
      await bob.joins(room, { token })
      await connected(ann, bob)
      return { ann, bob, token }
    }

    it('connects two, and then three, who all say something to each other', async () => {
      const { ann, bob, token } = await two('data')
      const cem = await comes('cem')
      await cem.joins('data', { token })
      await connected(ann, bob, cem)

      expect(await ann.events()).toStrictEqual(['session', 'ROOM_CREATED', 'NEW_USER', 'NEW_USER'])
      expect(await bob.events()).toStrictEqual([
        'session',
        'JOIN_USER_ACCEPTED',
        'EXISTING_USERS',
        'NEW_USER',
      ])
      expect((await ann.heard('NEW_USER')).map(({ user }) => user)).toStrictEqual([bob.user, cem.user])
      expect((await cem.heard('EXISTING_USERS')).map(({ users }) => users)).toStrictEqual([
        [ann.user, bob.user],
      ])
      // Each was called by those who came later, and heard answers from those whom it called.
      expect(await descriptions(ann)).toStrictEqual([
        ['bob', 'offer'],
        ['cem', 'offer'],
      ])
      expect(await descriptions(bob)).toStrictEqual([
        ['ann', 'answer'],
        ['cem', 'offer'],
      ])
    })

    it('shows moving pictures that are turned on in the middle of a call, whichever of the two had called', async () => {
      const { ann, bob, token } = await two('video')
      await ann.shows()
      await bob.sees(ann)
      await bob.shows()
      await ann.sees(bob)
      await bob.sees(ann)
      // Ann was called: she asks Bob for another offer, in the library's own words.
      expect(await bob.relayed()).toContainEqual(['ann', 'renegotiate'])
      expect((await descriptions(ann)).filter(([, kind]) => kind === 'offer').length).toBeGreaterThan(1)

      const cem = await comes('cem')
      await cem.joins('video', { token })
      await cem.sees(ann)
      await cem.sees(bob)
      await connected(ann, bob, cem)
    })

    it.each([
      { with: 'the session of its tab', comesBack: true },
      { with: 'nothing but its user id', comesBack: false },
    ])('connects again after a reload with $with, and nobody heard of it', async ({ comesBack }) => {
      const room = comesBack ? 'reload-with-session' : 'reload-without'
      const { ann, bob, token } = await two(room)
      await ann.shows()
      await bob.sees(ann)
      const before = await ann.events()

      await bob.reloads()
      const { user, users } = await bob.joins(room, { token, comesBack })
      expect({ user, users }).toStrictEqual({ user: bob.user, users: [ann.user] })
      expect((await bob.heard('session')).map(({ resumed }) => resumed)).toStrictEqual([comesBack])
      await connected(ann, bob)
      await bob.sees(ann)
      expect(await ann.events()).toStrictEqual(before)
    })

    it('connects again from a second tab, the first is sent away, and nobody heard of it', async () => {
      const { ann, bob, token } = await two('second-tab')
      const before = await ann.events()
      const again = await comes('bob')
      await again.joins('second-tab', { token })
      await bob.isOffline()
      expect(await bob.heard('FORCED_DISCONNECT')).toStrictEqual([{ reason: 'duplicate-session' }])
      await connected(ann, again)
      expect(await ann.events()).toStrictEqual(before)
    })

    it('lets nobody in without the token, and says so', async () => {
      const { ann } = await two('token')
      const before = await ann.events()
      const dan = await comes('dan')
      for (const token of [undefined, 'guessed']) {
        expect(await dan.joins('token', token === undefined ? {} : { token })).toMatchObject({
          success: false,
          error: { code: 'access-denied', roomId: 'token' },
        })
      }
      expect(await ann.events()).toStrictEqual(before)
    })
  },
)

let sentences = 0

/** All of them have a data channel with each other, over which they are heard. */
const connected = async (...goers: ReadonlyArray<PartyGoer>): Promise<void> => {
  // Twice: whose end is an old one, which was cut off and does not know it yet, knows once the others have called anew.
  for (const goer of [...goers, ...goers]) {
    await goer.isConnectedWith(...goers.filter((other) => other !== goer))
  }
  for (const goer of goers) {
    const text = `hello from ${goer.user.id}, ${++sentences}`
    await goer.says(text)
    for (const other of goers) if (other !== goer) await other.hears(goer, text)
  }
}

const descriptions = async (goer: PartyGoer) =>
  (await goer.relayed()).filter(([, kind]) => kind === 'offer' || kind === 'answer')
