import type { BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { announcementsOn, eventsOn, waitForWebSocket, highlightsOn } from './page-recorder.js'
import type { ShownHighlight } from './page-recorder.js'

export interface BrowserUserOptions {
  /** empty: a guest */
  readonly name?: string
  readonly browser?: BrowserContextOptions
  /** runs in the page before its scripts */
  readonly before?: () => void
  /** A profile that is closed after the test, for changes that cannot be undone. */
  readonly isOwnProfile?: boolean
}

/** A user of the picker page. */
export interface BrowserUser {
  readonly page: Page
  readonly context: BrowserContext
  /** opens the link and types the name */
  readonly open: (link: string) => Promise<void>
  readonly enter: () => Promise<void>
  readonly lead: (room: string) => Promise<void>
  readonly watch: (link: string) => Promise<void>
  readonly button: (name: string | RegExp) => Locator
  readonly tab: (name: string) => Promise<void>
  readonly addNames: (names: ReadonlyArray<string>) => Promise<void>
  readonly paste: (list: string) => Promise<void>
  readonly start: () => Promise<void>
  /** waits for the winner of this draw and returns the name */
  readonly waitForWinner: (drawNo?: number) => Promise<string>
  /** waits for a highlight of at least this tick */
  readonly waitForTick: (tick: number) => Promise<void>
  readonly waitForText: (text: string | RegExp) => Promise<void>
  readonly waitForConnection: (state: string) => Promise<void>
  readonly shownHighlights: () => Promise<ReadonlyArray<ShownHighlight>>
  /** payloads of the events with this name since the page was loaded */
  readonly receivedEvents: (event: string) => Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>
  /** all announcements to screen readers, in order */
  readonly announcements: () => Promise<ReadonlyArray<string>>
  readonly texts: (testId: string) => Promise<ReadonlyArray<string>>
}

/** Timeout of each wait, for a busy machine. */
const patienceMs = 60_000

export const openBrowserUser = async (
  context: BrowserContext,
  url: string,
  { name = '', before }: BrowserUserOptions,
): Promise<BrowserUser> => {
  if (before !== undefined) await context.addInitScript(before)
  context.setDefaultTimeout(patienceMs)
  return browserUserOn(await context.newPage(), url, name)
}

/** A user on a page that is open already. */
export const browserUserOn = (page: Page, url: string, name: string): BrowserUser => {
  const button = (label: string | RegExp): Locator => page.getByRole('button', { name: label }).first()
  const waitForText = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()

  const open = async (link: string): Promise<void> => {
    await page.goto(link.startsWith('http') ? link : `${url}/?room=${link}`)
    await page.getByLabel('Your name (optional)').fill(name)
  }

  const enter = async (): Promise<void> => {
    await button(/^(Lead the room|Watch the draw)$/).click()
    await waitForConnection('connected')
    await waitForWebSocket(page)
  }

  const waitForConnection = async (state: string): Promise<void> =>
    page.locator(`[data-testid=connection][data-state=${state}]`).waitFor()

  return {
    page,
    context: page.context(),
    open,
    enter,
    lead: async (room) => {
      await open(`${room}&lead`)
      await enter()
    },
    watch: async (link) => {
      await open(link)
      await enter()
    },
    button,
    tab: (label) => page.getByRole('tab', { name: label }).click(),
    addNames: async (names) => {
      const field = page.getByLabel('Add a name')
      for (const added of names) {
        await field.fill(added)
        await field.press('Enter')
      }
    },
    paste: async (list) => {
      await button('Paste a list or CSV').click()
      const dialog = page.getByTestId('import-dialog')
      await page.evaluate((text) => navigator.clipboard.writeText(text), list)
      await dialog.getByLabel('Names to add').focus()
      await page.keyboard.press('ControlOrMeta+V')
      await closeDialog(dialog, () => dialog.getByRole('button', { name: /^Add [\d,]+ names?$/ }).click())
    },
    start: () => button('Start the draw').click(),
    waitForWinner: async (drawNo = 1) => {
      await page.locator('.eyebrow', { hasText: `Draw ${drawNo} ·` }).waitFor()
      const winner = page.getByTestId('winner')
      await winner.waitFor()
      return winner.innerText()
    },
    waitForTick: async (tick) => {
      await page.waitForFunction(
        (least) => (window.recorder?.shownHighlights.at(-1)?.tick ?? 0) >= least,
        tick,
      )
    },
    waitForText,
    waitForConnection,
    shownHighlights: () => highlightsOn(page),
    receivedEvents: async (event) =>
      (await eventsOn(page))
        .filter(([receivedEvents]) => receivedEvents === event)
        .map(([, payload]) => payload),
    announcements: () => announcementsOn(page),
    texts: async (testId) => page.getByTestId(testId).allInnerTexts(),
  }
}

/** Waits until the dialog has returned the focus, which would go to it otherwise. */
const closeDialog = async (dialog: Locator, act: () => Promise<void>): Promise<void> => {
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
