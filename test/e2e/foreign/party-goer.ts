import type { BrowserContext, Page } from 'playwright-core'
import type { Payload } from '../stranger.js'
import type { PartyApp, PartyUser } from './party-app.js'
import { partyApp } from './party-app.js'

/** Somebody who has opened the foreign page in a browser tab. */
export interface PartyGoer {
  readonly user: PartyUser
  /** Gives what the server acknowledged. */
  readonly joins: (room: string, how?: Joining) => Promise<Payload>
  /** Reloads the page: only the tab's storage remains. */
  readonly reloads: () => Promise<void>
  readonly says: (text: string) => Promise<void>
  readonly shows: () => Promise<void>
  readonly isConnectedWith: (...others: ReadonlyArray<PartyGoer>) => Promise<void>
  /** Since the page was loaded last. */
  readonly hears: (other: PartyGoer, text: string) => Promise<void>
  readonly sees: (other: PartyGoer) => Promise<void>
  readonly isOffline: () => Promise<void>
  /** Payloads of what its page was sent under this name since it was loaded last. */
  readonly heard: (event: string) => Promise<ReadonlyArray<Payload>>
  readonly events: () => Promise<ReadonlyArray<string>>
  readonly relayed: () => Promise<PartyApp['relayed']>
  readonly refused: () => Promise<PartyApp['refused']>
  readonly story: () => Promise<string>
}

export interface Joining {
  readonly token?: string
  readonly comesBack?: boolean
}

/** Of a picture that moves. */
const framesSeen = 20

const patienceMs = 60_000

export const partyGoer = async (
  context: BrowserContext,
  { origin, url }: { readonly origin: string; readonly url: string },
  user: PartyUser,
): Promise<PartyGoer> => {
  const page: Page = await context.newPage()
  page.setDefaultTimeout(patienceMs)
  await page.addInitScript(partyApp)
  await page.goto(origin)
  const events = (): Promise<ReadonlyArray<string>> =>
    page.evaluate(() => window.party.heard.map(([event]) => event))

  return {
    user,
    joins: (roomId, { token, comesBack = false } = {}) =>
      page.evaluate((coming) => window.party.joins(coming), {
        url,
        roomId,
        user,
        comesBack,
        ...(token === undefined ? {} : { token }),
      }),
    reloads: async () => void (await page.reload()),
    says: (text) => page.evaluate((said) => window.party.says(said), text),
    shows: () => page.evaluate(() => window.party.shows()),
    isConnectedWith: async (...others) => {
      const ids = others.map((other) => other.user.id)
      await page.waitForFunction((wanted) => wanted.every((id) => window.party.connected.has(id)), ids)
    },
    hears: async (other, text) => {
      await page.waitForFunction(
        ([from, said]) => window.party.said.some(([who, heard]) => who === from && heard === said),
        [other.user.id, text] as const,
      )
    },
    sees: async (other) => {
      // From here on: what was seen before says nothing of now.
      const before = await page.evaluate((id) => window.party.frames[id] ?? 0, other.user.id)
      await page.waitForFunction(([id, least]) => (window.party.frames[id] ?? 0) >= least, [
        other.user.id,
        before + framesSeen,
      ] as const)
    },
    isOffline: async () => void (await page.waitForFunction(() => !window.party.isOnline())),
    heard: async (event) =>
      (await page.evaluate(() => window.party.heard))
        .filter(([heard]) => heard === event)
        .map(([, payload]) => payload),
    events,
    relayed: () => page.evaluate(() => window.party.relayed),
    refused: () => page.evaluate(() => window.party.refused),
    story: () =>
      page.evaluate(({ id }) => {
        const { heard, relayed, connected, said, frames, troubles } = window.party
        return `${id} ${JSON.stringify({ heard, relayed, connected: [...connected], said, frames, troubles })}`
      }, user),
  }
}
