import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { canBeRead } from './contrast.js'
import { inChromium } from './in-chromium.js'
import { movingOn } from './motion.js'
import type { Person } from './person.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** The pictures of the README, made only when they are asked for: `SCREENSHOTS=1 npm test -- test/e2e/page/looks`. */
const picture = async ({ page }: Person, name: string): Promise<void> => {
  if (process.env['SCREENSHOTS'] !== '1') return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
}

const team = [
  'Amara Okafor',
  'Ben Lindqvist',
  'Chiara Rossi',
  'Daniel Weiss',
  'Élodie Martin',
  'Farid Haddad',
  'Grace Kim',
  'Hiroshi Tanaka',
  'Ines Carvalho',
  'Jonas Berg',
  'Kavya Raman',
  'Liam O’Connor',
  'Magdalena Nowak',
  'Noah Fischer',
  'Olga Petrova',
  'Priya Sharma',
  'Quentin Dubois',
  'Rosa Jiménez',
  'Samuel Adeyemi',
  'Tomás Silva',
]

inChromium('what is on the page', ({ comes }) => {
  it('can be read in the light: before, during and after a draw, and in its check', async () => {
    // A picture of names on the move would be blurred.
    const browser = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
    const lea = await comes({ name: 'Lea', browser })
    await lea.leads('friday-demo')
    await lea.adds(team)
    for (const name of ['Ines', 'Noah', 'Priya']) {
      const viewer = await comes({ name })
      await viewer.watches('friday-demo')
    }
    await lea.page.getByTestId('viewer-count').getByText('3').waitFor()
    await canBeRead(lea.page)
    await lea.starts()
    await lea.seesTick(31)
    await picture(lea, 'picker-desktop')
    await canBeRead(lea.page)
    await lea.seesWinner()
    await canBeRead(lea.page)
    await lea.button('Check this draw').click()
    await lea.sees(/^Everything holds/)
    await picture(lea, 'picker-check')
    await canBeRead(lea.page)
  })

  it('can be read in the dark, on the side that the system prefers', async () => {
    const browser = {
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
    } as const
    const lea = await comes({ name: 'Lea', browser })
    await lea.leads('friday-demo-dark')
    await lea.adds(team)
    await expect.poll(() => brightnessOf(lea)).toBeLessThan(64)
    await canBeRead(lea.page)
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await canBeRead(lea.page)
    }
    await lea.starts()
    await lea.seesWinner()
    await canBeRead(lea.page)
    await inFullFallOn(lea)
    await picture(lea, 'picker-dark')
    await lea.page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => brightnessOf(lea)).toBeGreaterThan(192)
  })

  it('keeps still for those who want it still, and is whole on a phone', async () => {
    const browser = {
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      reducedMotion: 'reduce',
    } as const
    const lea = await comes({ name: 'Lea' })
    await lea.leads('friday-demo-phone')
    await lea.adds(team)
    const phone = await comes({ name: 'Priya', browser })
    await phone.watches('friday-demo-phone')
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await lea.starts()
    for (const tick of [5, 15, 25, 35]) {
      await phone.seesTick(tick)
      expect(await movingOn(phone.page)).toEqual([])
    }
    await phone.seesWinner()
    expect(await movingOn(phone.page)).toEqual([])
    await picture(phone, 'picker-phone')
    await canBeRead(phone.page)
  })
})

const confettiMs = 1_500

const inFullFallOn = async ({ page }: Person): Promise<void> => {
  await page.waitForFunction(
    (fallenMs) => document.getAnimations().some(({ currentTime }) => Number(currentTime) > fallenMs),
    confettiMs,
  )
}

/** 0 to 255, of what is behind everything. */
const brightnessOf = ({ page }: Person): Promise<number> =>
  page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')
    if (canvas === null) throw new Error('a canvas has a 2d context')
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
    return (red + green + blue) / 3
  })
