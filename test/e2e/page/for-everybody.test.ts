import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import { fitsInto, hasNamesForAll } from './access.js'
import { focusComesTo, focusIsOn } from './focus.js'

inChromium('the page', ({ comes, server }) => {
  it('needs no mouse for a whole draw, and keeps the focus where the work is', async () => {
    const lea = await comes({ name: 'Lea' })
    const { keyboard } = lea.page
    await lea.page.goto(`${server().url}/?room=keys&lead`)
    await focusComesTo(lea, 'Your name (optional)')
    await keyboard.type('Lea')
    await keyboard.press('Enter')
    await lea.seesConnection('connected')

    await keyboard.press('Tab')
    await focusIsOn(lea, 'Skip to the draw')
    await focusComesTo(lea, 'Add a name')
    for (const name of ['Ann', 'Bob', 'Cléo']) {
      await keyboard.type(name)
      await keyboard.press('Enter')
    }
    await lea.sees('3 names are in. Ready when you are.')
    await focusComesTo(lea, 'Remove Bob')
    await keyboard.press('Enter')
    await lea.sees('2 names are in. Ready when you are.')

    await focusComesTo(lea, 'Start the draw', 'Shift+Tab')
    await keyboard.press('Enter')
    await lea.seesTick(1)
    await focusIsOn(lea, 'Cancel the draw')
    await lea.seesWinner()
    await focusIsOn(lea, 'Start the draw')

    await focusComesTo(lea, 'Check this draw')
    await keyboard.press('Enter')
    await lea.sees(/^Everything holds/)
    await keyboard.press('Escape')
    await lea.page.getByTestId('check').waitFor({ state: 'detached' })
    await focusIsOn(lea, 'Check this draw')

    await focusComesTo(lea, 'Names 2')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('Enter')
    await lea.button('Check draw 1').waitFor()
  })

  it('gives a screen reader a name for everything, and the start and the winner of a draw alone', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.page.goto(server().url)
    await hasNamesForAll(lea.page)
    await lea.leads('heard')
    await lea.adds(Array.from({ length: 13 }, (_, place) => `Member ${place + 1}`))
    const mia = await comes({ name: 'Mia' })
    await mia.watches('heard')
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await hasNamesForAll(lea.page)
    await hasNamesForAll(mia.page)
    for (const dialog of ['Share', 'Paste a list or CSV']) {
      await lea.button(dialog).click()
      await lea.page.getByRole('dialog').waitFor()
      await hasNamesForAll(lea.page)
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    const before = (await mia.announced()).length
    await lea.starts()
    await mia.seesTick(3)
    await hasNamesForAll(mia.page)
    const winner = await mia.seesWinner()
    await expect
      .poll(async () => (await mia.announced()).slice(before))
      .toEqual(['The draw has started with 13 names.', `The winner of draw 1 is ${winner}.`])
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await hasNamesForAll(lea.page)
    }
    await mia.button('Check this draw').click()
    await mia.page.getByTestId('check').waitFor()
    await hasNamesForAll(mia.page)
  })

  it('fits a phone of 320 pixels, whatever is on it', async () => {
    const widthPx = 320
    const browser = { viewport: { width: widthPx, height: 640 }, hasTouch: true, isMobile: true }
    const lea = await comes({ name: 'Wilhelmina von Hohenzollern', browser })
    const fits = async (): Promise<void> => await fitsInto(lea.page, widthPx)
    await lea.page.goto(server().url)
    await fits()
    await lea.leads('a-room-with-quite-a-long-name-for-a-phone')
    await fits()
    const longest = 'Dr. Maximiliane-Friederike Freifrau von und zu Guttenberg-Schwarzenberg'
    await lea.adds([longest, 'x'.repeat(200), 'Ann', 'Bob'])
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await fits()
    }
    await lea.starts()
    await lea.seesTick(2)
    await fits()
    await lea.seesWinner()
    await fits()
    for (const dialog of ['Check this draw', 'Share', 'Paste a list or CSV']) {
      await lea.button(dialog).click()
      await lea.page.getByRole('dialog').waitFor()
      await fits()
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  it('takes ten thousand names, finds one of them, and draws', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads('many')
    const mia = await comes({ name: 'Mia' })
    await mia.watches('many')
    await lea.pastes(Array.from({ length: 10_000 }, (_, place) => `Member ${place + 1}`).join('\n'))
    await lea.sees('10,000 names are in. Ready when you are.')
    await lea.page.getByRole('listitem').first().waitFor()
    expect(await lea.page.getByRole('listitem').count()).toBeLessThan(100)
    await lea.page.getByLabel('Find a name').fill('9876')
    await lea.page.getByTestId('name-list').getByText('Member 9876', { exact: true }).waitFor()
    await lea.button('Remove Member 9876').click()
    await lea.sees('No name contains “9876”.')
    await lea.page.getByLabel('Find a name').fill('')
    await lea.adds(['One more'])
    await lea.sees('10,000 names are in. Ready when you are.')
    await lea.adds(['One too many'])
    await lea.sees('A draw has at most 10 000 names.')

    await lea.starts()
    const winners = [await lea.seesWinner(), await mia.seesWinner()]
    expect(winners[0]).toBe(winners[1])
    await expect.poll(async () => (await mia.shown()).at(-1)).toMatchObject({ tick: 50, name: winners[0] })
    for (const person of [lea, mia]) {
      await person.button('Check this draw').click()
      await person.sees(/^Everything holds/)
    }
  })
})
