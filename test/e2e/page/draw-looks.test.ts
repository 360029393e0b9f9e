import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { expectReadable } from './contrast.js'
import { describeInBrowser } from './browser-suite.js'
import { runningAnimationsOn } from './animations.js'
import type { BrowserUser } from './browser-user.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Screenshots for the README: `SCREENSHOTS=1 npm test -- test/e2e/page/draw-looks`. */
const picture = async ({ page }: BrowserUser, name: string): Promise<void> => {
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

describeInBrowser('the appearance of the picker page', ({ openUser }) => {
  it('has enough contrast in the light scheme before, during and after a draw and in its check', async () => {
    // A screenshot of moving names would be blurred.
    const browser = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
    const lea = await openUser({ name: 'Lea', browser })
    await lea.lead('friday-demo')
    await lea.addNames(team)
    for (const name of ['Ines', 'Noah', 'Priya']) {
      const viewer = await openUser({ name })
      await viewer.watch('friday-demo')
    }
    await lea.page.getByTestId('viewer-count').getByText('3').waitFor()
    await expectReadable(lea.page)
    await lea.start()
    await lea.waitForTick(31)
    await picture(lea, 'picker-desktop')
    await expectReadable(lea.page)
    await lea.waitForWinner()
    await expectReadable(lea.page)
    await lea.button('Check this draw').click()
    await lea.waitForText(/^Everything holds/)
    await picture(lea, 'picker-check')
    await expectReadable(lea.page)
  })

  it('has enough contrast in the dark scheme that the system prefers', async () => {
    const browser = {
      viewport: { width: 1280, height: 800 },
      colorScheme: 'dark',
    } as const
    const lea = await openUser({ name: 'Lea', browser })
    await lea.lead('friday-demo-dark')
    await lea.addNames(team)
    await expect.poll(() => brightnessOf(lea)).toBeLessThan(64)
    await expectReadable(lea.page)
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await expectReadable(lea.page)
    }
    await lea.start()
    await lea.waitForWinner()
    await expectReadable(lea.page)
    await inFullFallOn(lea)
    await picture(lea, 'picker-dark')
    await lea.page.emulateMedia({ colorScheme: 'light' })
    await expect.poll(() => brightnessOf(lea)).toBeGreaterThan(192)
  })

  it('runs no animation when reduced motion is preferred and fits a phone', async () => {
    const browser = {
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      reducedMotion: 'reduce',
    } as const
    const lea = await openUser({ name: 'Lea' })
    await lea.lead('friday-demo-phone')
    await lea.addNames(team)
    const phone = await openUser({ name: 'Priya', browser })
    await phone.watch('friday-demo-phone')
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await lea.start()
    for (const tick of [5, 15, 25, 35]) {
      await phone.waitForTick(tick)
      expect(await runningAnimationsOn(phone.page)).toEqual([])
    }
    await phone.waitForWinner()
    expect(await runningAnimationsOn(phone.page)).toEqual([])
    await picture(phone, 'picker-phone')
    await expectReadable(phone.page)
  })
})

const confettiMs = 1_500

const inFullFallOn = async ({ page }: BrowserUser): Promise<void> => {
  await page.waitForFunction(
    (fallenMs) => document.getAnimations().some(({ currentTime }) => Number(currentTime) > fallenMs),
    confettiMs,
  )
}

/** Brightness of the page background, 0 to 255. */
const brightnessOf = ({ page }: BrowserUser): Promise<number> =>
  page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')
    if (canvas === null) throw new Error('a canvas has a 2d context')
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data
    return (red + green + blue) / 3
  })
