import type { Page } from 'playwright-core'
import type { BrowserUser } from './browser-user.js'

/** A user of the quiz page. */
interface QuizUser {
  readonly user: BrowserUser
  readonly page: Page
  readonly waitForEnd: () => Promise<void>
  /** rows of the final scores: place, name, points; without the mark of the own row */
  readonly table: () => Promise<ReadonlyArray<string>>
  readonly waitForQuestion: (text: string) => Promise<void>
}

export interface QuizHost extends QuizUser {
  /** creates a room on the start page and returns the link for players */
  readonly open: (options?: { readonly isPrivate?: boolean }) => Promise<string>
  readonly paste: (questions: string) => Promise<void>
  readonly openLobby: () => Promise<void>
  readonly waitForPlayers: (count: number) => Promise<void>
  readonly start: () => Promise<void>
  readonly waitForAnswers: (count: number) => Promise<void>
}

export interface QuizPlayer extends QuizUser {
  /** opens the link and types the name */
  readonly open: (link: string) => Promise<void>
  readonly enter: () => Promise<void>
  readonly openAndEnter: (link: string) => Promise<void>
  readonly choose: (choice: string) => Promise<void>
  readonly waitForLock: () => Promise<void>
  readonly waitForOutcome: (outcome: 'right' | 'wrong' | 'none') => Promise<void>
}

const createQuizUser = (user: BrowserUser): QuizUser => {
  const { page } = user
  const rows = page.getByTestId('scores').locator('tbody tr')
  const table = async (): Promise<ReadonlyArray<string>> =>
    (await rows.allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' ').replace(' You ', ' ').trim())
  return {
    user,
    page,
    table,
    waitForEnd: () => page.locator('.podium').waitFor(),
    waitForQuestion: (text) => page.getByTestId('question').getByText(text, { exact: true }).waitFor(),
  }
}

export const createQuizHost = (user: BrowserUser, url: string): QuizHost => {
  const { page, button } = user
  return {
    ...createQuizUser(user),
    open: async ({ isPrivate = false } = {}) => {
      await page.goto(`${url}/quiz`)
      if (isPrivate) await page.getByRole('switch', { name: 'Private room' }).press('Space')
      await button('Host a quiz').click()
      await page.waitForURL(/\/quiz\/[^/]+\?host/)
      await user.waitForConnection('connected')
      return page.url().replace('?host', '')
    },
    paste: async (questions) => {
      await button('Paste or open a file').click()
      const dialog = page.getByTestId('import-dialog')
      await dialog.getByLabel('Questions to add').fill(questions)
      await dialog.getByRole('button', { name: /^Add \d+ questions?$/ }).click()
      await dialog.getByLabel('Questions to add').waitFor({ state: 'detached' })
    },
    openLobby: async () => {
      await button(/^Let people in/).click()
      await page.getByTestId('qr').waitFor()
    },
    waitForPlayers: async (count) =>
      page.getByTestId('player-count').getByText(String(count), { exact: true }).waitFor(),
    start: () => button('Start the quiz').click(),
    waitForAnswers: async (count) => {
      await page.getByTestId('answered').getByText(String(count), { exact: true }).waitFor()
    },
  }
}

export const createQuizPlayer = (user: BrowserUser, name: string): QuizPlayer => {
  const { page, button } = user
  const open = async (link: string): Promise<void> => {
    await page.goto(link)
    await page.getByLabel('Your name').fill(name)
  }
  const enter = async (): Promise<void> => {
    await button('Come in').click()
    await user.waitForConnection('connected')
  }
  return {
    ...createQuizUser(user),
    open,
    enter,
    openAndEnter: async (link) => {
      await open(link)
      await enter()
    },
    choose: (choice) => page.locator('button.choice', { hasText: choice }).click(),
    waitForLock: () => page.locator('[data-testid=answer-state][data-state=locked]').waitFor(),
    waitForOutcome: (outcome) => page.locator(`[data-testid=outcome][data-outcome=${outcome}]`).waitFor(),
  }
}

/** Every WebSocket frame and polling response of a page, as text. */
export const framesOf = (page: Page): ReadonlyArray<string> => {
  const frames: Array<string> = []
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)))
  })
  page.on('response', (response) => {
    if (!response.url().includes('/socket.io/')) return
    void response.text().then(
      (text) => frames.push(text),
      () => undefined,
    )
  })
  return frames
}
