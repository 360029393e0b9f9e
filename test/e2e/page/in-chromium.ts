import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { ownPort } from '../own-port.js'
import type { ServerProcess } from '../server-process.js'
import { serverProcess } from '../server-process.js'
import { acquireProfile, chromiumPath, releaseProfile, sharedBrowser } from './browser-profiles.js'
import type { Profile } from './browser-profiles.js'
import { allowedByItself } from './caller.js'
import type { Person, PersonOptions } from './person.js'
import { personIn } from './person.js'
import { watchForTrouble } from './trouble.js'

/** One server and one browser for a file of tests, and people, each with a browser profile of their own. */
export interface Venue {
  readonly server: () => ServerProcess
  readonly comes: (options?: PersonOptions) => Promise<Person>
  /** From here on this test takes connections away: what a browser says about those is no trouble. */
  readonly losesConnections: () => void
}

const reason = ' (left out: Chromium is missing, set CHROMIUM_PATH)'

/** How many times slower each page is than the machine: what only a quick page gets right shows itself then. */
const slowPages = Number(process.env['SLOW_PAGES'] ?? 1)

/** Nobody here stays away for good; who comes back on a busy machine is not too late. */
const RECONNECT_GRACE_MS = '120000'

const permissions = ['clipboard-read', 'clipboard-write']

// The servers of one worker run one after another. The same port makes them one origin, whose files stay in the cache.
let port: number | undefined

/**
 * Tests in a real browser against the real server. Each of them fails, too, if a page asks anything of another origin,
 * breaks its own content security policy or writes an error to the console.
 */
export const inChromium = (
  name: string,
  body: (venue: Venue) => void,
  settings: Readonly<Record<string, string>> = {},
  /** Chromium's own, beside those that keep it quiet */
  switches: ReadonlyArray<string> = allowedByItself,
): void => {
  describe.skipIf(chromiumPath === undefined)(chromiumPath === undefined ? name + reason : name, () => {
    const inUse: { server?: ServerProcess; browser?: Browser } = {}
    const profiles: Array<Profile> = []
    const troubles: Array<string> = []
    let mayLoseConnections = false

    const server = (): ServerProcess => {
      if (inUse.server === undefined) throw new Error('the server is not there yet')
      return inUse.server
    }

    beforeAll(async () => {
      port ??= await ownPort()
      inUse.server = await serverProcess(
        { DURABILITY: 'process', LOG_LEVEL: 'error', RECONNECT_GRACE_MS, ...settings },
        port,
      )
      await inUse.server.start()
      inUse.browser = await sharedBrowser(switches)
    })

    afterEach(async ({ task }) => {
      const hasFailed = task.result?.state === 'fail'
      if (hasFailed) for (const { context } of profiles) await printPagesOf(context)
      const found = troubles.splice(0)
      mayLoseConnections = false
      for (const { context, pool } of profiles.splice(0))
        await releaseProfile({ context, pool: hasFailed ? null : pool }, server().url)
      // What a page says while it is taken away is nothing that the next test has done.
      troubles.splice(0)
      expect(found).toEqual([])
    })

    afterAll(async () => {
      await inUse.server?.end('SIGKILL')
      await inUse.server?.remove()
    })

    body({
      server,
      comes: async (options = {}) => {
        if (inUse.browser === undefined) throw new Error('the browser is not there yet')
        const profile = await acquireProfile(
          inUse.browser,
          {
            ...options.browser,
            permissions: [...permissions, ...(options.browser?.permissions ?? [])],
            locale: 'en-GB',
          },
          options.before === undefined && options.isOwnProfile !== true,
        )
        profiles.push(profile)
        const { context } = profile
        context.on('page', (page) => {
          // One that is gone again by then needs none.
          slowDown(page).catch(() => undefined)
        })
        watchForTrouble(context, server().url, (what, isLostConnection) => {
          if (!(mayLoseConnections && isLostConnection))
            troubles.push(`${options.name ?? 'somebody'}: ${what}`)
        })
        return personIn(context, server().url, options)
      },
      losesConnections: () => {
        mayLoseConnections = true
      },
    })
  })
}

const slowDown = async (page: Page): Promise<void> => {
  if (slowPages === 1) return
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowPages })
}

/** What a failure looked like: a timeout alone says only what was not there. */
const printPagesOf = async (context: BrowserContext): Promise<void> => {
  for (const page of context.pages()) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 2_000 })
      .catch((error: unknown) => String(error))
    process.stderr.write(`${page.url()}\n${text.replaceAll(/^/gm, '    ')}\n`)
  }
}
