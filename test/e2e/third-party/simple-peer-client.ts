import type { BrowserContext, Page } from 'playwright-core'
import type { Payload } from '../stock-client.js'
import type { SimplePeerApp, AppUser } from './simple-peer-app.js'
import { runSimplePeerApp } from './simple-peer-app.js'

/** A browser tab with the third-party page. */
export interface SimplePeerClient {
  readonly user: AppUser
  /** Returns the acknowledgement. */
  readonly join: (room: string, how?: Joining) => Promise<Payload>
  /** Reloads the page: only the session storage remains. */
  readonly reload: () => Promise<void>
  readonly send: (text: string) => Promise<void>
  readonly turnOnCamera: () => Promise<void>
  readonly waitForConnection: (...others: ReadonlyArray<SimplePeerClient>) => Promise<void>
  /** Counts from the last load of the page. */
  readonly waitForMessage: (other: SimplePeerClient, text: string) => Promise<void>
  readonly waitForVideo: (other: SimplePeerClient) => Promise<void>
  readonly waitForDisconnect: () => Promise<void>
  /** Payloads of the events with this name since the last load of the page. */
  readonly received: (event: string) => Promise<ReadonlyArray<Payload>>
  readonly events: () => Promise<ReadonlyArray<string>>
  readonly relayed: () => Promise<SimplePeerApp['relayed']>
  readonly refused: () => Promise<SimplePeerApp['refused']>
  readonly describeHistory: () => Promise<string>
}

export interface Joining {
  readonly token?: string
  readonly comesBack?: boolean
}

/** Enough frames to prove moving video. */
const framesSeen = 20

const patienceMs = 60_000

export const openSimplePeerClient = async (
  context: BrowserContext,
  { origin, url }: { readonly origin: string; readonly url: string },
  user: AppUser,
): Promise<SimplePeerClient> => {
  const page: Page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  await page.addInitScript(runSimplePeerApp)
  await page.goto(origin)
  const events = (): Promise<ReadonlyArray<string>> =>
    page.evaluate(() => window.app.received.map(([event]) => event))

  return {
    user,
    join: (roomId, { token, comesBack = false } = {}) =>
      page.evaluate((options) => window.app.join(options), {
        url,
        roomId,
        user,
        comesBack,
        ...(token === undefined ? {} : { token }),
      }),
    reload: async () => void (await page.reload()),
    send: (text) => page.evaluate((said) => window.app.send(said), text),
    turnOnCamera: () => page.evaluate(() => window.app.turnOnCamera()),
    waitForConnection: async (...others) => {
      const ids = others.map((other) => other.user.id)
      await page.waitForFunction((wanted) => wanted.every((id) => window.app.connected.has(id)), ids)
    },
    waitForMessage: async (other, text) => {
      await page.waitForFunction(
        ([from, said]) => window.app.said.some(([who, received]) => who === from && received === said),
        [other.user.id, text] as const,
      )
    },
    waitForVideo: async (other) => {
      // Earlier frames say nothing about the present connection.
      const before = await page.evaluate((id) => window.app.frames[id] ?? 0, other.user.id)
      await page.waitForFunction(([id, least]) => (window.app.frames[id] ?? 0) >= least, [
        other.user.id,
        before + framesSeen,
      ] as const)
    },
    waitForDisconnect: async () => void (await page.waitForFunction(() => !window.app.isOnline())),
    received: async (event) =>
      (await page.evaluate(() => window.app.received))
        .filter(([received]) => received === event)
        .map(([, payload]) => payload),
    events,
    relayed: () => page.evaluate(() => window.app.relayed),
    refused: () => page.evaluate(() => window.app.refused),
    describeHistory: () =>
      page.evaluate(({ id }) => {
        const { received, relayed, connected, said, frames, errors } = window.app
        return `${id} ${JSON.stringify({ received, relayed, connected: [...connected], said, frames, errors })}`
      }, user),
  }
}
