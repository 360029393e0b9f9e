import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createCaller, recordConnections, useSmallVideo, type Caller } from './caller.js'
import { expectReadable } from './contrast.js'
import { describeInBrowser } from './browser-suite.js'
import { runningAnimationsOn } from './animations.js'
import type { BrowserUserOptions } from './browser-user.js'
import { useDrawnCamera } from './drawn-camera.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Screenshots for the README: `SCREENSHOTS=1 npm test -- test/e2e/page/meet-looks`. */
const takesScreenshots = process.env['SCREENSHOTS'] === '1'

const picture = async ({ page }: Caller, name: string): Promise<void> => {
  if (!takesScreenshots) return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
}

const desktop = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
const dark = { ...desktop, colorScheme: 'dark' } as const
const small = { viewport: { width: 480, height: 360 }, reducedMotion: 'reduce' } as const
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  reducedMotion: 'reduce',
} as const

describeInBrowser('the appearance of a call', ({ openUser, server }) => {
  const openCaller = async (
    name: string,
    look: number,
    browser: BrowserUserOptions['browser'] = small,
  ): Promise<Caller> => {
    const user = await openUser({ name, browser, before: recordConnections })
    // The drawn people are for the screenshots; their video costs more CPU time than all else here.
    if (takesScreenshots) await user.context.addInitScript(useDrawnCamera, look)
    else await user.context.addInitScript(useSmallVideo)
    return createCaller(user, server().url, name)
  }

  it('has enough contrast before and during a call, in both colour schemes, on desktop and phone', async () => {
    const lea = await openCaller('Lea Brandt', 0, desktop)
    await lea.open('friday-demo')
    await picture(lea, 'meet-before')
    await expectReadable(lea.page)
    await lea.enter()
    await lea.user.waitForText('Nobody else is here yet.')
    await expectReadable(lea.page)

    const mia = await openCaller('Mia Okafor', 1, phone)
    await mia.join('friday-demo')
    const noor = await openCaller('Noor Haddad', 2, dark)
    await noor.join('friday-demo')
    const jonas = await openCaller('Jonas Berg', 3)
    await jonas.open('friday-demo')
    await jonas.button('Turn the camera off').click()
    await jonas.button('Mute').click()
    await jonas.enter()
    for (const one of [lea, mia, noor]) {
      await one.waitForPeers(3)
      await one.tile('Jonas Berg').getByLabel('Muted').waitFor()
      await expectReadable(one.page)
    }
    await picture(lea, 'meet-desktop')
    await picture(mia, 'meet-phone')
    await lea.button('Show your screen').click()
    await noor.tile('Screen of Lea Brandt').locator('video').waitFor()
    await mia.tile('Screen of Lea Brandt').locator('video').waitFor()
    for (const one of [mia, noor]) await expectReadable(one.page)
    await picture(noor, 'meet-dark')
  })

  it('runs no animation when reduced motion is preferred', async () => {
    const lea = await openCaller('Lea', 0)
    const mia = await openCaller('Mia', 1)
    await lea.join('still')
    await mia.join('still')
    await lea.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    expect(await runningAnimationsOn(lea.page)).toEqual([])
  })
})
