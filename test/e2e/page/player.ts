import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { BrowserUser } from './browser-user.js'
import { waitForWebSocket } from './page-recorder.js'

/** Options of a new game. */
export interface Choice {
  readonly level?: number
  readonly theyBegin?: boolean
  readonly isPrivate?: boolean
}

/** Somebody on the Connect Four page. */
export interface Player {
  readonly user: BrowserUser
  readonly page: Page
  readonly button: BrowserUser['button']
  /** creates a game, against a person unless a level is given, and returns its link */
  readonly createGame: (choice?: Choice) => Promise<string>
  /** joins by a link, under the user's name */
  readonly join: (link: string) => Promise<void>
  /** joins by a code on the start screen */
  readonly joinByCode: (code: string) => Promise<void>
  readonly square: (row: number, column: number) => Locator
  /** columns are 1 to 7 from the left */
  readonly dropDisc: (column: number) => Promise<void>
  /** waits for this headline */
  readonly waitForText: (headline: string | RegExp) => Promise<void>
  /** waits until this number of discs is on the board and no move is pending */
  readonly waitForMove: (ply: number) => Promise<void>
  /** rows from the top, each 7 characters: `.`, `1` or `2` */
  readonly board: () => Promise<ReadonlyArray<string>>
}

export const createPlayer = (user: BrowserUser, url: string, name: string): Player => {
  const { page, button } = user
  const nameField = (): Locator => page.getByLabel('Your name (optional)')

  const headline = (words: string | RegExp): Promise<void> =>
    page.getByTestId('standing').getByText(words, { exact: true }).waitFor()

  const isIn = async (): Promise<void> => {
    await user.waitForConnection('connected')
    await page.getByTestId('role').waitFor()
    await waitForWebSocket(page)
  }

  const discs = (): Promise<ReadonlyArray<string>> =>
    page
      .locator('[role=gridcell]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-disc') ?? ''))

  return {
    user,
    page,
    button,
    createGame: async ({ level, theyBegin = false, isPrivate = false } = {}) => {
      await page.goto(`${url}/connect-four`)
      await nameField().fill(name)
      if (level !== undefined) {
        await page.getByRole('radio', { name: 'The computer' }).first().click()
        const slider = page.getByRole('slider')
        await slider.press('Home')
        for (let at = 1; at < level; at++) await slider.press('ArrowRight')
      }
      if (theyBegin)
        await page
          .getByRole('radio', { name: level === undefined ? 'My friend' : 'The computer' })
          .last()
          .click()
      if (isPrivate) await page.getByRole('switch', { name: 'Private game' }).press('Space')
      await button('Start the game').click()
      await isIn()
      return page.url()
    },
    join: async (link) => {
      await page.goto(link)
      await nameField().fill(name)
      await button('Come in').click()
      await isIn()
    },
    joinByCode: async (code) => {
      await page.getByLabel('Code of a game, or its link').fill(code)
      await button('Open').click()
    },
    square: (row, column) => page.locator(`[data-row="${row - 1}"][data-column="${column - 1}"]`),
    dropDisc: async (column) => {
      await page.locator(`[data-row="0"][data-column="${column - 1}"]`).click()
    },
    waitForText: headline,
    waitForMove: async (ply) => {
      await expect.poll(async () => (await discs()).filter((disc) => disc !== '0').length).toBe(ply)
    },
    board: async () => {
      const all = (await discs()).map((disc) => (disc === '0' ? '.' : disc))
      return Array.from({ length: 6 }, (_, row) => all.slice(row * 7, row * 7 + 7).join(''))
    },
  }
}

/** Moves in turn; each move is shown to everybody before the next. */
export const play = async (
  [red, yellow]: readonly [Player, Player],
  columns: ReadonlyArray<number>,
  { from = 0, watchers = [] }: { from?: number; watchers?: ReadonlyArray<Player> } = {},
): Promise<void> => {
  for (const [place, column] of columns.entries()) {
    const ply = from + place + 1
    const next = ply % 2 === 1 ? red : yellow
    await next.waitForText('Your turn')
    await next.dropDisc(column)
    for (const one of [red, yellow, ...watchers]) await one.waitForMove(ply)
  }
}
