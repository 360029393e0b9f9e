import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { expectToFit, expectAccessibleNames } from './accessibility.js'
import { moveFocusTo, expectFocus } from './focus.js'

describeInBrowser('the picker page', ({ openUser, server }) => {
  it('supports a whole draw by keyboard and keeps the focus in place', async () => {
    const lea = await openUser({ name: 'Lea' })
    const { keyboard } = lea.page
    await lea.page.goto(`${server().url}/?room=keys&lead`)
    await moveFocusTo(lea, 'Your name (optional)')
    await keyboard.type('Lea')
    await keyboard.press('Enter')
    await lea.waitForConnection('connected')

    await keyboard.press('Tab')
    await expectFocus(lea, 'Skip to the draw')
    await moveFocusTo(lea, 'Add a name')
    for (const name of ['Ann', 'Bob', 'Cléo']) {
      await keyboard.type(name)
      await keyboard.press('Enter')
    }
    await lea.waitForText('3 names are in. Ready when you are.')
    await moveFocusTo(lea, 'Remove Bob')
    await keyboard.press('Enter')
    await lea.waitForText('2 names are in. Ready when you are.')

    await moveFocusTo(lea, 'Start the draw', 'Shift+Tab')
    await keyboard.press('Enter')
    await lea.waitForTick(1)
    await expectFocus(lea, 'Cancel the draw')
    await lea.waitForWinner()
    await expectFocus(lea, 'Start the draw')

    await moveFocusTo(lea, 'Check this draw')
    await keyboard.press('Enter')
    await lea.waitForText(/^Everything holds/)
    await keyboard.press('Escape')
    await lea.page.getByTestId('check').waitFor({ state: 'detached' })
    await expectFocus(lea, 'Check this draw')

    await moveFocusTo(lea, 'Names 2')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowRight')
    await keyboard.press('Enter')
    await lea.button('Check draw 1').waitFor()
  })

  it('names every element for screen readers and announces only the start and the winner of a draw', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.page.goto(server().url)
    await expectAccessibleNames(lea.page)
    await lea.lead('events')
    await lea.addNames(Array.from({ length: 13 }, (_, place) => `Member ${place + 1}`))
    const mia = await openUser({ name: 'Mia' })
    await mia.watch('events')
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await expectAccessibleNames(lea.page)
    await expectAccessibleNames(mia.page)
    for (const dialog of ['Share', 'Paste a list or CSV']) {
      await lea.button(dialog).click()
      await lea.page.getByRole('dialog').waitFor()
      await expectAccessibleNames(lea.page)
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
    const before = (await mia.announcements()).length
    await lea.start()
    await mia.waitForTick(3)
    await expectAccessibleNames(mia.page)
    const winner = await mia.waitForWinner()
    await expect
      .poll(async () => (await mia.announcements()).slice(before))
      .toEqual(['The draw has started with 13 names.', `The winner of draw 1 is ${winner}.`])
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await expectAccessibleNames(lea.page)
    }
    await mia.button('Check this draw').click()
    await mia.page.getByTestId('check').waitFor()
    await expectAccessibleNames(mia.page)
  })

  it('fits a phone that is 320 pixels wide in every state', async () => {
    const widthPx = 320
    const browser = { viewport: { width: widthPx, height: 640 }, hasTouch: true, isMobile: true }
    const lea = await openUser({ name: 'Wilhelmina von Hohenzollern', browser })
    const fits = async (): Promise<void> => await expectToFit(lea.page, widthPx)
    await lea.page.goto(server().url)
    await fits()
    await lea.lead('a-room-with-quite-a-long-name-for-a-phone')
    await fits()
    const longest = 'Dr. Maximiliane-Friederike Freifrau von und zu Guttenberg-Schwarzenberg'
    await lea.addNames([longest, 'x'.repeat(200), 'Ann', 'Bob'])
    for (const tab of ['People', 'Fairness', 'Draws', 'Names']) {
      await lea.tab(tab)
      await fits()
    }
    await lea.start()
    await lea.waitForTick(2)
    await fits()
    await lea.waitForWinner()
    await fits()
    for (const dialog of ['Check this draw', 'Share', 'Paste a list or CSV']) {
      await lea.button(dialog).click()
      await lea.page.getByRole('dialog').waitFor()
      await fits()
      await lea.page.keyboard.press('Escape')
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    }
  })

  it('accepts ten thousand names, finds one of them and draws', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead('many')
    const mia = await openUser({ name: 'Mia' })
    await mia.watch('many')
    await lea.paste(Array.from({ length: 10_000 }, (_, place) => `Member ${place + 1}`).join('\n'))
    await lea.waitForText('10,000 names are in. Ready when you are.')
    await lea.page.getByRole('listitem').first().waitFor()
    expect(await lea.page.getByRole('listitem').count()).toBeLessThan(100)
    await lea.page.getByLabel('Find a name').fill('9876')
    await lea.page.getByTestId('name-list').getByText('Member 9876', { exact: true }).waitFor()
    await lea.button('Remove Member 9876').click()
    await lea.waitForText('No name contains “9876”.')
    await lea.page.getByLabel('Find a name').fill('')
    await lea.addNames(['One more'])
    await lea.waitForText('10,000 names are in. Ready when you are.')
    await lea.addNames(['One too many'])
    await lea.waitForText('A draw has at most 10,000 names.')

    await lea.start()
    const winners = [await lea.waitForWinner(), await mia.waitForWinner()]
    expect(winners[0]).toBe(winners[1])
    await expect
      .poll(async () => (await mia.shownHighlights()).at(-1))
      .toMatchObject({ tick: 50, name: winners[0] })
    for (const user of [lea, mia]) {
      await user.button('Check this draw').click()
      await user.waitForText(/^Everything holds/)
    }
  })
})
