import { fileURLToPath } from 'node:url'
import { it } from 'vitest'
import { expectReadable } from './contrast.js'
import { describeInBrowser } from './browser-suite.js'
import type { BrowserUserOptions } from './browser-user.js'
import { play, createPlayer, type Player } from './player.js'

const folder = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** Screenshots for the README: `SCREENSHOTS=1 npm test -- test/e2e/page/connect-four-looks`. */
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

describeInBrowser('the appearance of Connect Four', ({ openUser, server, allowLostConnections }) => {
  const openPlayer = async (
    name: string,
    browser: NonNullable<BrowserUserOptions['browser']>,
  ): Promise<Player> => createPlayer(await openUser({ name, browser }), server().url, name)

  it('has enough contrast before, during and after a game, in both colour schemes, on desktop and phone', async () => {
    const lea = await openPlayer('Lea Brandt', desktop)
    await lea.page.goto(`${server().url}/connect-four`)
    await lea.page.getByRole('radio', { name: 'The computer' }).first().click()
    await lea.page.getByRole('slider').waitFor()
    await expectReadable(lea.page)
    const link = await lea.createGame()
    await lea.waitForText('Waiting for somebody to play')
    await expectReadable(lea.page)

    const mia = await openPlayer('Mia Okafor', phone)
    await mia.join(link)
    const noor = await openPlayer('Noor', dark)
    await noor.join(link)
    await play([lea, mia], [4, 4, 3, 5, 5, 3, 4, 4, 2, 1, 3, 6], { watchers: [noor] })
    await lea.waitForText('Your turn')
    await lea.page.getByRole('gridcell', { name: 'row 5, column 2' }).hover()
    for (const one of [lea, mia, noor]) await expectReadable(one.page)
    await picture(lea, 'connect-four-desktop')
    await picture(mia, 'connect-four-phone')

    allowLostConnections()
    await mia.user.context.setOffline(true)
    for (const one of [lea, noor]) {
      await one.page.getByTestId('away').waitFor()
      await expectReadable(one.page)
    }
    await expectReadable(mia.page)
    await mia.user.context.setOffline(false)
    await mia.user.waitForConnection('connected')
    await play([lea, mia], [5, 6, 6], { from: 12, watchers: [noor] })
    await lea.waitForText('You won!')
    for (const one of [mia, noor]) await one.waitForText('Lea Brandt won.')
    await picture(noor, 'connect-four-dark')
    for (const one of [lea, mia, noor]) await expectReadable(one.page)
  })
})
