import type { Page } from 'playwright-core'
import type { Person } from './person.js'

/** Somebody on the page of a quiz. */
interface AtQuiz {
  readonly person: Person
  readonly page: Page
  readonly seesTheEnd: () => Promise<void>
  /** what is shown when the quiz is over, a row each: place, name, points; nobody is marked as oneself */
  readonly table: () => Promise<ReadonlyArray<string>>
  readonly seesQuestion: (text: string) => Promise<void>
}

export interface QuizHost extends AtQuiz {
  /** makes a room at the start page, and gives the link for players */
  readonly opens: (options?: { readonly isPrivate?: boolean }) => Promise<string>
  readonly pastes: (questions: string) => Promise<void>
  readonly letsIn: () => Promise<void>
  readonly seesPlayers: (count: number) => Promise<void>
  readonly starts: () => Promise<void>
  readonly seesAnswered: (count: number) => Promise<void>
}

export interface QuizPlayer extends AtQuiz {
  /** has the page open and the name typed */
  readonly opens: (link: string) => Promise<void>
  readonly enters: () => Promise<void>
  readonly comesIn: (link: string) => Promise<void>
  readonly chooses: (choice: string) => Promise<void>
  readonly isLocked: () => Promise<void>
  readonly seesOutcome: (outcome: 'right' | 'wrong' | 'none') => Promise<void>
}

const atQuiz = (person: Person): AtQuiz => {
  const { page } = person
  const rows = page.getByTestId('scores').locator('tbody tr')
  const table = async (): Promise<ReadonlyArray<string>> =>
    (await rows.allInnerTexts()).map((row) => row.replaceAll(/\s+/g, ' ').replace(' You ', ' ').trim())
  return {
    person,
    page,
    table,
    seesTheEnd: () => page.locator('.podium').waitFor(),
    seesQuestion: (text) => page.getByTestId('question').getByText(text, { exact: true }).waitFor(),
  }
}

export const quizHost = (person: Person, url: string): QuizHost => {
  const { page, button } = person
  return {
    ...atQuiz(person),
    opens: async ({ isPrivate = false } = {}) => {
      await page.goto(`${url}/quiz`)
      if (isPrivate) await page.getByRole('switch', { name: 'Private room' }).press('Space')
      await button('Host a quiz').click()
      await page.waitForURL(/\/quiz\/[^/]+\?host/)
      await person.seesConnection('connected')
      return page.url().replace('?host', '')
    },
    pastes: async (questions) => {
      await button('Paste or open a file').click()
      const dialog = page.getByTestId('import-dialog')
      await dialog.getByLabel('Questions to add').fill(questions)
      await dialog.getByRole('button', { name: /^Add \d+ questions?$/ }).click()
      await dialog.getByLabel('Questions to add').waitFor({ state: 'detached' })
    },
    letsIn: async () => {
      await button(/^Let people in/).click()
      await page.getByTestId('qr').waitFor()
    },
    seesPlayers: async (count) =>
      page.getByTestId('player-count').getByText(String(count), { exact: true }).waitFor(),
    starts: () => button('Start the quiz').click(),
    seesAnswered: async (count) => {
      await page.getByTestId('answered').getByText(String(count), { exact: true }).waitFor()
    },
  }
}

export const quizPlayer = (person: Person, name: string): QuizPlayer => {
  const { page, button } = person
  const opens = async (link: string): Promise<void> => {
    await page.goto(link)
    await page.getByLabel('Your name').fill(name)
  }
  const enters = async (): Promise<void> => {
    await button('Come in').click()
    await person.seesConnection('connected')
  }
  return {
    ...atQuiz(person),
    opens,
    enters,
    comesIn: async (link) => {
      await opens(link)
      await enters()
    },
    chooses: (choice) => page.locator('button.choice', { hasText: choice }).click(),
    isLocked: () => page.locator('[data-testid=answer-state][data-state=locked]').waitFor(),
    seesOutcome: (outcome) => page.locator(`[data-testid=outcome][data-outcome=${outcome}]`).waitFor(),
  }
}

/** Every frame and every answer that a page gets from the server, as text; by either transport. */
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
