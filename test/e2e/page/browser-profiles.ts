import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { chromium } from 'playwright-core'
import { recordPage } from './page-recorder.js'
import { reportPolicyViolations } from './page-errors.js'

/** Where Chromium is; undefined if there is none, and the browser tests are skipped. */
export const chromiumPath = process.env['CHROMIUM_PATH']

/** The last such switch wins, over Playwright's as well: all features are in this one. */
const disabledFeatures = [
  // Host addresses as mDNS names, which a test machine need not resolve.
  'WebRtcHideLocalIpsWithMdns',
  // The omnibox is two pages of its own in each profile, which cost as much CPU time as the page under test.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
  // Those that Playwright disables so that nothing is fetched, upgraded or painted late.
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
]

/** Switches that keep Chromium from work that no test needs. */
const quietSwitches = [
  `--disable-features=${disabledFeatures.join()}`,
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium's fake camera shows a clock, its fake microphone beeps, and every page may use them. */
const mediaSwitches = [
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // Loopback is the only address of a machine without a network.
  '--allow-loopback-in-peer-connection',
]

// One Chromium per worker: a start costs two seconds of CPU time.
let launching: Promise<Browser> | undefined

/** Launches Chromium, or returns the browser that an earlier file of this worker has launched. */
export const sharedBrowser = async (): Promise<Browser> => {
  const launched = await launching
  if (launched?.isConnected() === true) return launched
  launching = chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [...quietSwitches, ...mediaSwitches],
  })
  return launching
}

/** A browser profile: its own cookies, storage and cache. */
export interface Profile {
  readonly context: BrowserContext
  /** `null` for a profile that is closed after its test */
  readonly pool: Array<BrowserContext> | null
}

// A new profile has an empty cache, and compiles every script of a page again: two seconds of CPU time.
const pools = new WeakMap<Browser, Map<string, Array<BrowserContext>>>()

const poolFor = (browser: Browser, options: BrowserContextOptions): Array<BrowserContext> => {
  const byOptions = pools.get(browser) ?? new Map<string, Array<BrowserContext>>()
  pools.set(browser, byOptions)
  const key = JSON.stringify(options)
  const pool = byOptions.get(key) ?? []
  byOptions.set(key, pool)
  return pool
}

/** Gives a profile without cookies, storage and pages; with `isReusable`, its cache may hold what earlier tests loaded. */
export const acquireProfile = async (
  browser: Browser,
  options: BrowserContextOptions,
  isReusable: boolean,
): Promise<Profile> => {
  const pool = isReusable ? poolFor(browser, options) : null
  const idle = pool?.pop()
  if (idle !== undefined) return { context: idle, pool }
  const context = await browser.newContext(options)
  await context.addInitScript(recordPage)
  await context.addInitScript(reportPolicyViolations)
  return { context, pool }
}

/** Closes the profile, or clears it for the next test with the same options. */
export const releaseProfile = async ({ context, pool }: Profile, origin: string): Promise<void> => {
  if (pool === null) return context.close()
  try {
    await clear(context, origin)
    pool.push(context)
  } catch {
    await context.close()
  }
}

const clear = async (context: BrowserContext, origin: string): Promise<void> => {
  // Not all of them: Playwright listens to `close` itself.
  for (const event of ['console', 'page', 'request', 'weberror']) context.removeAllListeners(event)
  await context.setOffline(false)
  const [page, ...others] = context.pages()
  for (const other of others) await other.close()
  if (page !== undefined) {
    // A page that is still open could write to the storage again.
    await page.goto('about:blank')
    const session = await context.newCDPSession(page)
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: storageTypes.join() })
    await page.close()
  }
  await context.clearCookies()
}

const storageTypes = [
  'cookies',
  'local_storage',
  'indexeddb',
  'cache_storage',
  'service_workers',
  'file_systems',
]
