import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { announcedOn, heardOn, onWebSocket, shownOn } from './witness.js'
import type { Shown } from './witness.js'

export interface PersonOptions {
  /** empty: somebody who gives none */
  readonly name?: string
  readonly browser?: BrowserContextOptions
  /** runs in the page before the page */
  readonly before?: () => void
  /** A profile of its own, closed after the test: for a test that changes it in a way that cannot be undone. */
  readonly isOwnProfile?: boolean
}

/** Somebody at a browser, who does what people do: reads, clicks and types. */
export interface Person {
  readonly page: Page
  readonly context: BrowserContext
  /** gets ready: the link is open and the name typed */
  readonly opens: (link: string) => Promise<void>
  readonly enters: () => Promise<void>
  readonly leads: (room: string) => Promise<void>
  readonly watches: (link: string) => Promise<void>
  readonly button: (name: string | RegExp) => Locator
  readonly tab: (name: string) => Promise<void>
  readonly adds: (names: ReadonlyArray<string>) => Promise<void>
  readonly pastes: (list: string) => Promise<void>
  readonly starts: () => Promise<void>
  /** waits for the winner of the draw of that number, and gives the name */
  readonly seesWinner: (drawNo?: number) => Promise<string>
  /** waits for a highlight of at least this tick */
  readonly seesTick: (tick: number) => Promise<void>
  readonly sees: (text: string | RegExp) => Promise<void>
  readonly seesConnection: (state: string) => Promise<void>
  readonly shown: () => Promise<ReadonlyArray<Shown>>
  /** payloads of what the page was sent under this name since it was loaded */
  readonly heard: (event: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
  /** every text that a screen reader was given to read out, in order */
  readonly announced: () => Promise<ReadonlyArray<string>>
  readonly texts: (testId: string) => Promise<ReadonlyArray<string>>
}

/** For one thing to be there. Nobody waits so long but where something is wrong, or the machine has much else to do. */
const patienceMs = 60_000

export const personIn = async (
  context: BrowserContext,
  url: string,
  { name = '', before }: PersonOptions,
): Promise<Person> => {
  if (before !== undefined) await context.addInitScript(before)
  context.setDefaultTimeout(patienceMs)
  return personAt(await context.newPage(), url, name)
}

/** The same person, at another tab of the same browser. */
export const personAt = (page: Page, url: string, name: string): Person => {
  const button = (label: string | RegExp): Locator => page.getByRole('button', { name: label }).first()
  const sees = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()

  const opens = async (link: string): Promise<void> => {
    await page.goto(link.startsWith('http') ? link : `${url}/?room=${link}`)
    await page.getByLabel('Your name (optional)').fill(name)
  }

  const enters = async (): Promise<void> => {
    await button(/^(Lead the room|Watch the draw)$/).click()
    await seesConnection('connected')
    await onWebSocket(page)
  }

  const seesConnection = async (state: string): Promise<void> =>
    page.locator(`[data-testid=connection][data-state=${state}]`).waitFor()

  return {
    page,
    context: page.context(),
    opens,
    enters,
    leads: async (room) => {
      await opens(`${room}&lead`)
      await enters()
    },
    watches: async (link) => {
      await opens(link)
      await enters()
    },
    button,
    tab: (label) => page.getByRole('tab', { name: label }).click(),
    adds: async (names) => {
      const field = page.getByLabel('Add a name')
      for (const added of names) {
        await field.fill(added)
        await field.press('Enter')
      }
    },
    pastes: async (list) => {
      await button('Paste a list or CSV').click()
      const dialog = page.getByTestId('import-dialog')
      await page.evaluate((text) => navigator.clipboard.writeText(text), list)
      await dialog.getByLabel('Names to add').focus()
      await page.keyboard.press('ControlOrMeta+V')
      await closing(dialog, () => dialog.getByRole('button', { name: /^Add [\d,]+ names?$/ }).click())
    },
    starts: () => button('Start the draw').click(),
    seesWinner: async (drawNo = 1) => {
      await page.locator('.eyebrow', { hasText: `Draw ${drawNo} ·` }).waitFor()
      const winner = page.getByTestId('winner')
      await winner.waitFor()
      return winner.innerText()
    },
    seesTick: async (tick) => {
      await page.waitForFunction((least) => (window.witness?.shown.at(-1)?.tick ?? 0) >= least, tick)
    },
    sees,
    seesConnection,
    shown: () => shownOn(page),
    heard: async (event) =>
      (await heardOn(page)).filter(([heard]) => heard === event).map(([, payload]) => payload),
    announced: () => announcedOn(page),
    texts: async (testId) => page.getByTestId(testId).allInnerTexts(),
  }
}

/** Until a dialog has given the focus back, it would take what is typed next with it. */
const closing = async (dialog: Locator, act: () => Promise<void>): Promise<void> => {
  const closed = await dialog.evaluateHandle((element) => ({
    promise: new Promise<void>((resolve) => {
      element.addEventListener('wa-after-hide', ({ target }) => {
        if (target === element) setTimeout(resolve)
      })
    }),
  }))
  await act()
  await closed.evaluate(({ promise }) => promise)
}
