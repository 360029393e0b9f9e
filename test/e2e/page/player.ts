import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './person.js'
import { onWebSocket } from './witness.js'

/** What is chosen before a game. */
export interface Choice {
  readonly level?: number
  readonly theyBegin?: boolean
  readonly isPrivate?: boolean
}

/** Somebody on the page of Connect Four. */
export interface Player {
  readonly person: Person
  readonly page: Page
  readonly button: Person['button']
  /** sets a game up, against a person unless a level is named, and gives its link */
  readonly begins: (choice?: Choice) => Promise<string>
  /** by a link, with the name that was given */
  readonly joins: (link: string) => Promise<void>
  /** types it on the first screen */
  readonly joinsByCode: (code: string) => Promise<void>
  readonly square: (row: number, column: number) => Locator
  /** a disc in that column, 1 to 7 from the left */
  readonly drops: (column: number) => Promise<void>
  /** the headline, as soon as it is that */
  readonly sees: (headline: string | RegExp) => Promise<void>
  /** so many discs lie on the board, and nothing is on its way */
  readonly seesMove: (ply: number) => Promise<void>
  /** rows from the top, each a text of 7: `.`, `1` or `2` */
  readonly board: () => Promise<ReadonlyArray<string>>
}

export const player = (person: Person, url: string, name: string): Player => {
  const { page, button } = person
  const nameField = (): Locator => page.getByLabel('Your name (optional)')

  const headline = (words: string | RegExp): Promise<void> =>
    page.getByTestId('standing').getByText(words, { exact: true }).waitFor()

  const isIn = async (): Promise<void> => {
    await person.seesConnection('connected')
    await page.getByTestId('role').waitFor()
    await onWebSocket(page)
  }

  const discs = (): Promise<ReadonlyArray<string>> =>
    page
      .locator('[role=gridcell]')
      .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-disc') ?? ''))

  return {
    person,
    page,
    button,
    begins: async ({ level, theyBegin = false, isPrivate = false } = {}) => {
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
    joins: async (link) => {
      await page.goto(link)
      await nameField().fill(name)
      await button('Come in').click()
      await isIn()
    },
    joinsByCode: async (code) => {
      await page.getByLabel('Code of a game, or its link').fill(code)
      await button('Open').click()
    },
    square: (row, column) => page.locator(`[data-row="${row - 1}"][data-column="${column - 1}"]`),
    drops: async (column) => {
      await page.locator(`[data-row="0"][data-column="${column - 1}"]`).click()
    },
    sees: headline,
    seesMove: async (ply) => {
      await expect.poll(async () => (await discs()).filter((disc) => disc !== '0').length).toBe(ply)
    },
    board: async () => {
      const all = (await discs()).map((disc) => (disc === '0' ? '.' : disc))
      return Array.from({ length: 6 }, (_, row) => all.slice(row * 7, row * 7 + 7).join(''))
    },
  }
}

/** In turn, and each seen by everybody before the next. */
export const play = async (
  [red, yellow]: readonly [Player, Player],
  columns: ReadonlyArray<number>,
  { from = 0, seenBy = [] }: { from?: number; seenBy?: ReadonlyArray<Player> } = {},
): Promise<void> => {
  for (const [place, column] of columns.entries()) {
    const ply = from + place + 1
    const next = ply % 2 === 1 ? red : yellow
    await next.sees('Your turn')
    await next.drops(column)
    for (const one of [red, yellow, ...seenBy]) await one.seesMove(ply)
  }
}
