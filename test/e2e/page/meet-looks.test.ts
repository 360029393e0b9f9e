import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { caller, keepConnections, type Caller } from './caller.js'
import { canBeRead } from './contrast.js'
import { inChromium } from './in-chromium.js'
import { movingOn } from './motion.js'
import type { PersonOptions } from './person.js'
import { filmPortrait } from './portrait.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** The pictures of the README, made only when they are asked for: `SCREENSHOTS=1 npm test -- test/e2e/page/meet-looks`. */
const picture = async ({ page }: Caller, name: string): Promise<void> => {
  if (process.env['SCREENSHOTS'] !== '1') return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
}

const desktop = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
const dark = { ...desktop, colorScheme: 'dark' } as const
const small = { viewport: { width: 480, height: 360 } } as const
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  reducedMotion: 'reduce',
} as const

inChromium('how a call looks', ({ comes, server }) => {
  const calls = async (
    name: string,
    look: number,
    browser: PersonOptions['browser'] = small,
  ): Promise<Caller> => {
    const person = await comes({ name, browser, before: keepConnections })
    await person.context.addInitScript(filmPortrait, look)
    return caller(person, server().url, name)
  }

  it('can be read before and during a call, in the light and in the dark, on a desk and on a phone', async () => {
    const lea = await calls('Lea Brandt', 0, desktop)
    await lea.opens('friday-demo')
    await picture(lea, 'meet-before')
    await canBeRead(lea.page)
    await lea.enters()
    await lea.person.sees('Nobody else is here yet.')
    await canBeRead(lea.page)

    const mia = await calls('Mia Okafor', 1, phone)
    await mia.joins('friday-demo')
    const noor = await calls('Noor Haddad', 2, dark)
    await noor.joins('friday-demo')
    const jonas = await calls('Jonas Berg', 3)
    await jonas.opens('friday-demo')
    await jonas.button('Turn the camera off').click()
    await jonas.button('Mute').click()
    await jonas.enters()
    for (const one of [lea, mia, noor]) {
      await one.seesOthers(3)
      await one.tile('Jonas Berg').getByLabel('Muted').waitFor()
      await canBeRead(one.page)
    }
    await picture(lea, 'meet-desktop')
    await picture(mia, 'meet-phone')
    await lea.button('Show your screen').click()
    await noor.tile('Screen of Lea Brandt').locator('video').waitFor()
    await mia.tile('Screen of Lea Brandt').locator('video').waitFor()
    for (const one of [mia, noor]) await canBeRead(one.page)
    await picture(noor, 'meet-dark')
  })

  it('keeps still for those who want it still', async () => {
    const lea = await calls('Lea', 0, { ...small, reducedMotion: 'reduce' })
    const mia = await calls('Mia', 1)
    await lea.joins('still')
    await mia.joins('still')
    await lea.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    expect(await movingOn(lea.page)).toEqual([])
  })
})
