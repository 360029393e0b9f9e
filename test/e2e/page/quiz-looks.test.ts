import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { canBeRead } from './contrast.js'
import { inChromium } from './in-chromium.js'
import { quizHost, quizPlayer, type QuizPlayer } from './quizzer.js'
import type { Person, PersonOptions } from './person.js'
import { fitsInto } from './access.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** The pictures of the README, made only when they are asked for: `SCREENSHOTS=1 npm test -- test/e2e/page/quiz-looks`. */
const picture = async ({ page }: Person, name: string): Promise<void> => {
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

inChromium('how a quiz looks', ({ comes, server }) => {
  const plays = async (
    name: string,
    link: string,
    browser: PersonOptions['browser'] = {},
  ): Promise<QuizPlayer> => {
    const player = quizPlayer(await comes({ name, browser }), name)
    await player.comesIn(link)
    return player
  }

  it('can be read on the wall and on a phone, in the light and in the dark, from the start to the table', async () => {
    const host = quizHost(await comes({ name: 'host', browser: desktop }), server().url)
    await host.page.goto(`${server().url}/quiz`)
    await canBeRead(host.page)
    const link = await host.opens()
    await canBeRead(host.page)
    await host.person.button('Add a question').click()
    await canBeRead(host.page)
    await host.person.button('Delete question 1').click()
    await host.pastes(questions)
    await host.page.getByRole('button', { name: /moons/ }).first().click()
    await canBeRead(host.page)
    await host.letsIn()

    const mia = await plays('Mia', link, phone)
    const dark = await plays('Noor', link, { ...phone, colorScheme: 'dark' })
    const others = [await plays('Jonas', link), await plays('Priya', link), await plays('Tomás', link)]
    await host.seesPlayers(5)
    for (const one of [host, mia, dark]) await canBeRead(one.page)
    await host.starts()
    for (const one of [host, mia, dark, ...others]) await one.seesQuestion('Which planet has the most moons?')
    await mia.chooses('Saturn')
    await others[0]?.chooses('Jupiter')
    await others[1]?.chooses('Saturn')
    await mia.isLocked()
    await host.seesAnswered(3)
    await picture(host.person, 'quiz-host')
    await picture(mia.person, 'quiz-phone')
    await picture(dark.person, 'quiz-dark')
    for (const one of [host, mia, dark]) {
      await canBeRead(one.page)
      await fitsInto(one.page, one.page.viewportSize()?.width ?? 0)
    }
    await dark.chooses('Uranus')
    await Promise.all([mia.seesOutcome('right'), dark.seesOutcome('wrong')])
    for (const one of [host, mia, dark]) await canBeRead(one.page)
    await mia.seesQuestion('Which of these rivers is the longest?')
    await mia.chooses('The Rhine')
    await dark.chooses('The Yangtze')
    for (const one of [host, mia, dark]) await one.seesTheEnd()
    for (const one of [host, mia, dark]) {
      await canBeRead(one.page)
      await fitsInto(one.page, one.page.viewportSize()?.width ?? 0)
    }
  })
})
