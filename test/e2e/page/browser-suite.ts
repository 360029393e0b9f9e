import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { reservePort } from '../port-reservation.js'
import type { ServerProcess } from '../server-process.js'
import { serverProcess } from '../server-process.js'
import { acquireProfile, chromiumPath, releaseProfile, sharedBrowser } from './browser-profiles.js'
import type { Profile } from './browser-profiles.js'
import type { BrowserUser, BrowserUserOptions } from './browser-user.js'
import { openBrowserUser } from './browser-user.js'
import { reportPageErrors } from './page-errors.js'

/** The server and the browser users of a test file. */
export interface BrowserFixture {
  readonly server: () => ServerProcess
  readonly openUser: (options?: BrowserUserOptions) => Promise<BrowserUser>
  /** From here on, console errors about lost connections do not fail the test. */
  readonly allowLostConnections: () => void
}

const reason = ' (left out: Chromium is missing, set CHROMIUM_PATH)'

/** Slows each page down by this factor, which reveals races. */
const slowPages = Number(process.env['SLOW_PAGES'] ?? 1)

/** Long enough for every reconnect on a busy machine. */
const RECONNECT_GRACE_MS = '120000'

const permissions = ['clipboard-read', 'clipboard-write']

// The servers of one worker run one after another. The same port makes them one origin, whose files stay in the cache.
let port: number | undefined

/**
 * Tests in Chromium against a server process. A test also fails if a page requests another origin, violates its content
 * security policy or writes an error to the console.
 */
export const describeInBrowser = (
  name: string,
  body: (fixture: BrowserFixture) => void,
  settings: Readonly<Record<string, string>> = {},
): void => {
  describe.skipIf(chromiumPath === undefined)(chromiumPath === undefined ? name + reason : name, () => {
    const running: { server?: ServerProcess; browser?: Browser } = {}
    const profiles: Array<Profile> = []
    const pageErrors: Array<string> = []
    let isLossAllowed = false

    const server = (): ServerProcess => {
      if (running.server === undefined) throw new Error('the server is not there yet')
      return running.server
    }

    beforeAll(async () => {
      port ??= await reservePort()
      running.server = await serverProcess(
        { DURABILITY: 'process', LOG_LEVEL: 'error', RECONNECT_GRACE_MS, ...settings },
        port,
      )
      await running.server.start()
      running.browser = await sharedBrowser()
    })

    afterEach(async ({ task }) => {
      const hasFailed = task.result?.state === 'fail'
      if (hasFailed) for (const { context } of profiles) await printPagesOf(context)
      const found = pageErrors.splice(0)
      isLossAllowed = false
      for (const { context, pool } of profiles.splice(0))
        await releaseProfile({ context, pool: hasFailed ? null : pool }, server().url)
      // Errors of closing pages do not belong to the next test.
      pageErrors.splice(0)
      expect(found).toEqual([])
    })

    afterAll(async () => {
      await running.server?.end('SIGKILL')
      await running.server?.remove()
    })

    body({
      server,
      openUser: async (options = {}) => {
        if (running.browser === undefined) throw new Error('the browser is not there yet')
        const profile = await acquireProfile(
          running.browser,
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
          // The page may be closed already.
          slowDown(page).catch(() => undefined)
        })
        reportPageErrors(context, server().url, (what, isLostConnection) => {
          if (!(isLossAllowed && isLostConnection)) pageErrors.push(`${options.name ?? 'somebody'}: ${what}`)
        })
        return openBrowserUser(context, server().url, options)
      },
      allowLostConnections: () => {
        isLossAllowed = true
      },
    })
  })
}

const slowDown = async (page: Page): Promise<void> => {
  if (slowPages === 1) return
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowPages })
}

/** Prints the text of the pages, because a timeout says only what was missing. */
const printPagesOf = async (context: BrowserContext): Promise<void> => {
  for (const page of context.pages()) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 2_000 })
      .catch((error: unknown) => String(error))
    process.stderr.write(`${page.url()}\n${text.replaceAll(/^/gm, '    ')}\n`)
  }
}
