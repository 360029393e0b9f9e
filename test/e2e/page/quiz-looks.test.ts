import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { expectReadable } from './contrast.js'
import { describeInBrowser } from './browser-suite.js'
import { createQuizHost, createQuizPlayer, type QuizPlayer } from './quiz-users.js'
import type { BrowserUser, BrowserUserOptions } from './browser-user.js'
import { expectToFit } from './accessibility.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Screenshots for the README: `SCREENSHOTS=1 npm test -- test/e2e/page/quiz-looks`. */
const picture = async ({ page }: BrowserUser, name: string): Promise<void> => {
  if (process.env['SCREENSHOTS'] !== '1') return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
}

const desktop = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  reducedMotion: 'reduce',
} as const

const questions = `Which planet has the most moons? (20 s)
- Jupiter
* Saturn
- Uranus
- Neptune

Which of these rivers is the longest? (12 s)
- The Danube
- The Mekong
* The Yangtze
- The Rhine`

describeInBrowser('the appearance of a quiz', ({ openUser, server }) => {
  const openPlayer = async (
    name: string,
    link: string,
    browser: BrowserUserOptions['browser'] = {},
  ): Promise<QuizPlayer> => {
    const player = createQuizPlayer(await openUser({ name, browser }), name)
    await player.openAndEnter(link)
    return player
  }

  it('has enough contrast on the host screen and on phones, in both colour schemes, from start to scores', async () => {
    const host = createQuizHost(await openUser({ name: 'host', browser: desktop }), server().url)
    await host.page.goto(`${server().url}/quiz`)
    await expectReadable(host.page)
    const link = await host.open()
    await expectReadable(host.page)
    await host.user.button('Add a question').click()
    await expectReadable(host.page)
    await host.user.button('Delete question 1').click()
    await host.paste(questions)
    await host.page.getByRole('button', { name: /moons/ }).first().click()
    await expectReadable(host.page)
    await host.openLobby()

    const mia = await openPlayer('Mia', link, phone)
    const dark = await openPlayer('Noor', link, { ...phone, colorScheme: 'dark' })
    const others = [
      await openPlayer('Jonas', link),
      await openPlayer('Priya', link),
      await openPlayer('Tomás', link),
    ]
    await host.waitForPlayers(5)
    for (const one of [host, mia, dark]) await expectReadable(one.page)
    await host.start()
    for (const one of [host, mia, dark, ...others])
      await one.waitForQuestion('Which planet has the most moons?')
    await mia.choose('Saturn')
    await others[0]?.choose('Jupiter')
    await others[1]?.choose('Saturn')
    await mia.waitForLock()
    await host.waitForAnswers(3)
    await picture(host.user, 'quiz-host')
    await picture(mia.user, 'quiz-phone')
    await picture(dark.user, 'quiz-dark')
    for (const one of [host, mia, dark]) {
      await expectReadable(one.page)
      await expectToFit(one.page, one.page.viewportSize()?.width ?? 0)
    }
    await dark.choose('Uranus')
    await Promise.all([mia.waitForOutcome('right'), dark.waitForOutcome('wrong')])
    for (const one of [host, mia, dark]) await expectReadable(one.page)
    await mia.waitForQuestion('Which of these rivers is the longest?')
    await mia.choose('The Rhine')
    await dark.choose('The Yangtze')
    for (const one of [host, mia, dark]) await one.waitForEnd()
    for (const one of [host, mia, dark]) {
      await expectReadable(one.page)
      await expectToFit(one.page, one.page.viewportSize()?.width ?? 0)
    }
  })
})
