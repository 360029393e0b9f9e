import { expect, it } from 'vitest'
import { focusedNameOn, expectAccessibleNames, expectToFit } from './accessibility.js'
import { moveFocusTo, expectFocus } from './focus.js'
import { describeInBrowser } from './browser-suite.js'
import type { BrowserUserOptions } from './browser-user.js'
import { createPlayer, type Player } from './player.js'

describeInBrowser('the Connect Four page', ({ openUser, server }) => {
  const openPlayer = async (name: string, browser: BrowserUserOptions['browser'] = {}): Promise<Player> =>
    createPlayer(await openUser({ name, browser }), server().url, name)

  it('supports a whole game by keyboard and keeps the focus on the board', async () => {
    const lea = await openPlayer('Lea')
    const { keyboard } = lea.page
    await lea.page.goto(`${server().url}/connect-four`)
    await moveFocusTo(lea, 'Your name (optional)')
    await keyboard.type('Lea')
    await keyboard.press('Enter')
    await lea.waitForText('Waiting for somebody to play')
    const link = lea.page.url()
    const mia = await openPlayer('Mia')
    await mia.join(link)

    await expectFocus(lea, 'row 6, column 4: free, a disc would land here')
    await keyboard.press('ArrowLeft')
    await expectFocus(lea, 'row 6, column 3: free, a disc would land here')
    await keyboard.press('Enter')
    await lea.waitForMove(1)
    await expectFocus(lea, 'row 6, column 3: red, the last move')
    await keyboard.press('Enter')
    await lea.user.waitForText('It is not your turn. Wait for the other side to move.')
    await expect.poll(() => focusedNameOn(mia.page)).toMatch(/^row/)
    await mia.page.keyboard.press('Home')
    await mia.page.keyboard.press('Space')
    await lea.waitForMove(2)
    for (const [place, key] of ['4', '1', '5', '1', '6'].entries()) {
      await (place % 2 === 0 ? lea : mia).waitForText('Your turn')
      await (place % 2 === 0 ? lea : mia).page.keyboard.press(key)
      for (const one of [lea, mia]) await one.waitForMove(place + 3)
    }
    await lea.waitForText('You won!')
    await expectFocus(lea, 'row 6, column 6: red, one of the four')
    await keyboard.press('ArrowUp')
    await expectFocus(lea, 'row 5, column 6: free')
    for (const one of [lea, mia]) {
      await moveFocusTo(one, 'Play again')
      await one.page.keyboard.press('Enter')
    }
    await expectFocus(mia, 'row 6, column 1: free, a disc would land here')
    await mia.page.keyboard.press('Enter')
    await lea.waitForMove(1)

    await moveFocusTo(lea, 'Give up')
    await keyboard.press('Enter')
    await moveFocusTo(lea, 'Yes, give up')
    await keyboard.press('Enter')
    await lea.waitForText('Mia won.')
    await expectFocus(lea, 'Play again')
  })

  it('names every element for screen readers and exposes the board as a grid', async () => {
    const lea = await openPlayer('Lea')
    await lea.page.goto(`${server().url}/connect-four`)
    await expectAccessibleNames(lea.page)
    const link = await lea.createGame()
    await expectAccessibleNames(lea.page)
    const mia = await openPlayer('Mia')
    await mia.page.goto(link)
    await expectAccessibleNames(mia.page)
    await mia.join(link)
    await lea.waitForText('Your turn')
    await lea.dropDisc(4)
    await mia.waitForMove(1)
    for (const one of [lea, mia]) {
      await expectAccessibleNames(one.page)
      const grid = one.page.getByRole('grid', { name: 'Board' })
      await expect.poll(() => grid.getByRole('row').count()).toBe(6)
      await expect.poll(() => grid.getByRole('row').first().getByRole('gridcell').count()).toBe(7)
      await one.page.getByRole('gridcell', { name: 'row 6, column 4: red, the last move' }).waitFor()
      await one.page.getByRole('gridcell', { name: 'row 1, column 4: free', exact: true }).waitFor()
    }
    // Only the player to move gets a preview.
    const landingsOf = ({ page }: Player): Promise<number> =>
      page.getByRole('gridcell', { name: /a disc would land here$/ }).count()
    await expect.poll(() => landingsOf(mia)).toBe(7)
    await expect.poll(() => landingsOf(lea)).toBe(0)
    await expect.poll(mia.user.announcements).toContain('Move 1: Lea, red, in column 4. Your turn.')
    for (const button of ['Share', 'Give up', 'Leave the game']) {
      await lea.button(button).click()
      await lea.page.getByRole('dialog').waitFor()
      await expectAccessibleNames(lea.page)
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  it('previews the disc above its column and the square where it lands', async () => {
    const [lea, mia] = [await openPlayer('Lea'), await openPlayer('Mia')]
    await mia.join(await lea.createGame())
    await lea.waitForText('Your turn')
    await lea.square(2, 6).hover()
    await lea.page.locator('.above span').nth(5).locator('.disc.player-1').waitFor()
    await lea.square(6, 6).locator('.ghost').waitFor()
    await mia.square(2, 6).hover()
    await showsNothing(mia)
    for (let ply = 1; ply <= 6; ply++) {
      const next = ply % 2 === 1 ? lea : mia
      await next.waitForText('Your turn')
      await next.dropDisc(2)
      for (const one of [lea, mia]) await one.waitForMove(ply)
    }
    await lea.waitForText('Your turn')
    await lea.square(1, 2).hover()
    await showsNothing(lea)
    await lea.dropDisc(2)
    await lea.user.waitForText('That column is full. Choose another one.')
  })

  it('fits a phone that is 320 pixels wide and supports touch', async () => {
    const widthPx = 320
    const browser = { viewport: { width: widthPx, height: 568 }, hasTouch: true, isMobile: true }
    const lea = await openPlayer('Wilhelmina von Hohenzollern-Sigmaringen', browser)
    const fits = async (): Promise<void> => await expectToFit(lea.page, widthPx)
    await lea.page.goto(`${server().url}/connect-four`)
    await fits()
    await lea.page.getByRole('radio', { name: 'The computer' }).first().tap()
    await lea.page.getByRole('slider').waitFor()
    await fits()
    const link = await lea.createGame()
    await fits()
    const mia = await openPlayer('Maximiliane Freifrau von und zu Guttenberg')
    await mia.join(link)
    await lea.waitForText('Your turn')
    await fits()
    await lea.square(3, 7).tap()
    await mia.waitForMove(1)
    await lea.waitForText('Maximiliane Freifrau von und zu Guttenberg’s turn')
    await fits()
    await mia.button('Give up').click()
    await mia.button('Yes, give up').click()
    await lea.waitForText('You won!')
    await fits()
    await lea.button('Share').click()
    await lea.page.getByRole('dialog').waitFor()
    await fits()
  })

  it('animates falling discs unless reduced motion is preferred', async () => {
    const [lea, mia] = [await openPlayer('Lea', { reducedMotion: 'reduce' }), await openPlayer('Mia')]
    for (const one of [lea, mia]) await one.page.addInitScript(noteAnimations)
    await mia.join(await lea.createGame())
    for (const [place, column] of [1, 2, 1, 2, 1, 2, 1].entries()) {
      const next = place % 2 === 0 ? lea : mia
      await next.waitForText('Your turn')
      await next.dropDisc(column)
      for (const one of [lea, mia]) await one.waitForMove(place + 1)
    }
    await mia.waitForText('Lea won.')
    // An animation starts one frame after its text is shown.
    await expect.poll(() => animationsOn(mia)).toEqual(expect.arrayContaining(['drop', 'shine']))
    expect(await animationsOn(lea)).toEqual([])
    await expect.poll(() => focusedNameOn(lea.page)).toMatch(/^row/)
  })
})

/** No preview above the board or in a square. */
const showsNothing = ({ page }: Player): Promise<void> =>
  expect.poll(() => page.locator('.above .disc, .ghost').count()).toBe(0)

declare global {
  interface Window {
    animations?: Set<string>
  }
}

/** Runs in the page: records the animations that start. */
const noteAnimations = (): void => {
  const begun = new Set<string>()
  window.animations = begun
  addEventListener('animationstart', ({ animationName, target }) => {
    if (target instanceof Element && target.closest('.game') !== null) begun.add(animationName)
  })
}

const animationsOn = ({ page }: Player): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => [...(window.animations ?? [])])
