import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { canBeRead } from './contrast.js'
import { inChromium } from './in-chromium.js'
import type { PersonOptions } from './person.js'
import { play, player, type Player } from './player.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** The pictures of the README, made only when they are asked for: `SCREENSHOTS=1 npm test -- test/e2e/page/connect-four-looks`. */
const picture = async ({ page }: Player, name: string): Promise<void> => {
  if (process.env['SCREENSHOTS'] !== '1') return
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png` })
}

const desktop = { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const
const dark = { ...desktop, colorScheme: 'dark' } as const
const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  reducedMotion: 'reduce',
} as const

inChromium('how a game of Connect Four looks', ({ comes, server, losesConnections }) => {
  const plays = async (name: string, browser: NonNullable<PersonOptions['browser']>): Promise<Player> =>
    player(await comes({ name, browser }), server().url, name)

  it('can be read before, during and after it, in the light and in the dark, on a desk and on a phone', async () => {
    const lea = await plays('Lea Brandt', desktop)
    await lea.page.goto(`${server().url}/connect-four`)
    await lea.page.getByRole('radio', { name: 'The computer' }).first().click()
    await lea.page.getByRole('slider').waitFor()
    await canBeRead(lea.page)
    const link = await lea.begins()
    await lea.sees('Waiting for somebody to play')
    await canBeRead(lea.page)

    const mia = await plays('Mia Okafor', phone)
    await mia.joins(link)
    const noor = await plays('Noor', dark)
    await noor.joins(link)
    await play([lea, mia], [4, 4, 3, 5, 5, 3, 4, 4, 2, 1, 3, 6], { seenBy: [noor] })
    await lea.sees('Your turn')
    await lea.page.getByRole('gridcell', { name: 'row 5, column 2' }).hover()
    for (const one of [lea, mia, noor]) await canBeRead(one.page)
    await picture(lea, 'connect-four-desktop')
    await picture(mia, 'connect-four-phone')

    losesConnections()
    await mia.person.context.setOffline(true)
    for (const one of [lea, noor]) {
      await one.page.getByTestId('away').waitFor()
      await canBeRead(one.page)
    }
    await canBeRead(mia.page)
    await mia.person.context.setOffline(false)
    await mia.person.seesConnection('connected')
    await play([lea, mia], [5, 6, 6], { from: 12, seenBy: [noor] })
    await lea.sees('You won!')
    for (const one of [mia, noor]) await one.sees('Lea Brandt won.')
    await picture(noor, 'connect-four-dark')
    for (const one of [lea, mia, noor]) await canBeRead(one.page)
  })
})
