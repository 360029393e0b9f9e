import { expect, it } from 'vitest'
import { focusedOn, hasNamesForAll, fitsInto } from './access.js'
import { focusComesTo, focusIsOn } from './focus.js'
import { inChromium } from './in-chromium.js'
import type { PersonOptions } from './person.js'
import { player, type Player } from './player.js'

inChromium('the page of Connect Four', ({ comes, server }) => {
  const plays = async (name: string, browser: PersonOptions['browser'] = {}): Promise<Player> =>
    player(await comes({ name, browser }), server().url, name)

  it('needs no mouse for a whole game, and keeps the focus where the work is', async () => {
    const lea = await plays('Lea')
    const { keyboard } = lea.page
    await lea.page.goto(`${server().url}/connect-four`)
    await focusComesTo(lea, 'Your name (optional)')
    await keyboard.type('Lea')
    await keyboard.press('Enter')
    await lea.sees('Waiting for somebody to play')
    const link = lea.page.url()
    const mia = await plays('Mia')
    await mia.joins(link)

    await focusIsOn(lea, 'row 6, column 4: free, a disc would land here')
    await keyboard.press('ArrowLeft')
    await focusIsOn(lea, 'row 6, column 3: free, a disc would land here')
    await keyboard.press('Enter')
    await lea.seesMove(1)
    await focusIsOn(lea, 'row 6, column 3: red, the last move')
    await keyboard.press('Enter')
    await lea.person.sees('It is not your turn. Wait for the other side to move.')
    await expect.poll(() => focusedOn(mia.page)).toMatch(/^row/)
    await mia.page.keyboard.press('Home')
    await mia.page.keyboard.press('Space')
    await lea.seesMove(2)
    for (const [place, key] of ['4', '1', '5', '1', '6'].entries()) {
      await (place % 2 === 0 ? lea : mia).sees('Your turn')
      await (place % 2 === 0 ? lea : mia).page.keyboard.press(key)
      for (const one of [lea, mia]) await one.seesMove(place + 3)
    }
    await lea.sees('You won!')
    await focusIsOn(lea, 'row 6, column 6: red, one of the four')
    await keyboard.press('ArrowUp')
    await focusIsOn(lea, 'row 5, column 6: free')
    for (const one of [lea, mia]) {
      await focusComesTo(one, 'Play again')
      await one.page.keyboard.press('Enter')
    }
    await focusIsOn(mia, 'row 6, column 1: free, a disc would land here')
    await mia.page.keyboard.press('Enter')
    await lea.seesMove(1)

    await focusComesTo(lea, 'Give up')
    await keyboard.press('Enter')
    await focusComesTo(lea, 'Yes, give up')
    await keyboard.press('Enter')
    await lea.sees('Mia won.')
    await focusIsOn(lea, 'Play again')
  })

  it('gives a screen reader a name for everything, and a grid of rows with what lies in each square', async () => {
    const lea = await plays('Lea')
    await lea.page.goto(`${server().url}/connect-four`)
    await hasNamesForAll(lea.page)
    const link = await lea.begins()
    await hasNamesForAll(lea.page)
    const mia = await plays('Mia')
    await mia.page.goto(link)
    await hasNamesForAll(mia.page)
    await mia.joins(link)
    await lea.sees('Your turn')
    await lea.drops(4)
    await mia.seesMove(1)
    for (const one of [lea, mia]) {
      await hasNamesForAll(one.page)
      const grid = one.page.getByRole('grid', { name: 'Board' })
      await expect.poll(() => grid.getByRole('row').count()).toBe(6)
      await expect.poll(() => grid.getByRole('row').first().getByRole('gridcell').count()).toBe(7)
      await one.page.getByRole('gridcell', { name: 'row 6, column 4: red, the last move' }).waitFor()
      await one.page.getByRole('gridcell', { name: 'row 1, column 4: free', exact: true }).waitFor()
    }
    // For one of them that is on the move, and nobody else, a disc would land somewhere.
    const landingsOf = ({ page }: Player): Promise<number> =>
      page.getByRole('gridcell', { name: /a disc would land here$/ }).count()
    await expect.poll(() => landingsOf(mia)).toBe(7)
    await expect.poll(() => landingsOf(lea)).toBe(0)
    await expect.poll(mia.person.announced).toContain('Move 1: Lea, red, in column 4. Your turn.')
    for (const button of ['Share', 'Give up', 'Leave the game']) {
      await lea.button(button).click()
      await lea.page.getByRole('dialog').waitFor()
      await hasNamesForAll(lea.page)
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  it('shows what is meant before it is done: the disc over its column, and where it would land', async () => {
    const [lea, mia] = [await plays('Lea'), await plays('Mia')]
    await mia.joins(await lea.begins())
    await lea.sees('Your turn')
    await lea.square(2, 6).hover()
    await lea.page.locator('.above span').nth(5).locator('.disc.player-1').waitFor()
    await lea.square(6, 6).locator('.ghost').waitFor()
    await mia.square(2, 6).hover()
    await showsNothing(mia)
    for (let ply = 1; ply <= 6; ply++) {
      const next = ply % 2 === 1 ? lea : mia
      await next.sees('Your turn')
      await next.drops(2)
      for (const one of [lea, mia]) await one.seesMove(ply)
    }
    await lea.sees('Your turn')
    await lea.square(1, 2).hover()
    await showsNothing(lea)
    await lea.drops(2)
    await lea.person.sees('That column is full. Choose another one.')
  })

  it('fits a phone of 320 pixels, and is played with a finger', async () => {
    const widthPx = 320
    const browser = { viewport: { width: widthPx, height: 568 }, hasTouch: true, isMobile: true }
    const lea = await plays('Wilhelmina von Hohenzollern-Sigmaringen', browser)
    const fits = async (): Promise<void> => await fitsInto(lea.page, widthPx)
    await lea.page.goto(`${server().url}/connect-four`)
    await fits()
    await lea.page.getByRole('radio', { name: 'The computer' }).first().tap()
    await lea.page.getByRole('slider').waitFor()
    await fits()
    const link = await lea.begins()
    await fits()
    const mia = await plays('Maximiliane Freifrau von und zu Guttenberg')
    await mia.joins(link)
    await lea.sees('Your turn')
    await fits()
    await lea.square(3, 7).tap()
    await mia.seesMove(1)
    await lea.sees('Maximiliane Freifrau von und zu Guttenberg’s turn')
    await fits()
    await mia.button('Give up').click()
    await mia.button('Yes, give up').click()
    await lea.sees('You won!')
    await fits()
    await lea.button('Share').click()
    await lea.page.getByRole('dialog').waitFor()
    await fits()
  })

  it('keeps still for those who want it still, and lets discs fall for all others', async () => {
    const [lea, mia] = [await plays('Lea', { reducedMotion: 'reduce' }), await plays('Mia')]
    for (const one of [lea, mia]) await one.page.addInitScript(noteAnimations)
    await mia.joins(await lea.begins())
    for (const [place, column] of [1, 2, 1, 2, 1, 2, 1].entries()) {
      const next = place % 2 === 0 ? lea : mia
      await next.sees('Your turn')
      await next.drops(column)
      for (const one of [lea, mia]) await one.seesMove(place + 1)
    }
    await mia.sees('Lea won.')
    // An animation starts one frame after the text appears.
    await expect.poll(() => animationsOn(mia)).toEqual(expect.arrayContaining(['drop', 'shine']))
    expect(await animationsOn(lea)).toEqual([])
    await expect.poll(() => focusedOn(lea.page)).toMatch(/^row/)
  })
})

/** No disc over the board, and none where one would land. */
const showsNothing = ({ page }: Player): Promise<void> =>
  expect.poll(() => page.locator('.above .disc, .ghost').count()).toBe(0)

declare global {
  interface Window {
    animations?: Set<string>
  }
}

/** Runs in the page: which of our animations have begun there. */
const noteAnimations = (): void => {
  const begun = new Set<string>()
  window.animations = begun
  addEventListener('animationstart', ({ animationName, target }) => {
    if (target instanceof Element && target.closest('.game') !== null) begun.add(animationName)
  })
}

const animationsOn = ({ page }: Player): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => [...(window.animations ?? [])])
