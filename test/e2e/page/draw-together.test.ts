import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { browserUserOn } from './browser-user.js'
import type { BrowserUser } from './browser-user.js'
import { ticks } from './draws.js'

describeInBrowser('a draw with several people', ({ openUser, server }) => {
  it('shows the same highlights in step and the same winner on all pages, also to a late viewer', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead('together')
    await lea.addNames(['Ann', 'Bob', 'Cléo'])
    await lea.paste('name;team\nDaniel Okafor;red\n"Müller, Eva";blue\nFatima;red\nAnn;blue\n')
    await lea.waitForText('6 names are in. Ready when you are.')

    await lea.button('Share').click()
    const link = `${server().url}/?room=together`
    await expect.poll(() => lea.page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(link)
    const code = lea.page.getByTestId('qr')
    await code.waitFor()
    await expect.poll(() => code.evaluate((qr) => ('value' in qr ? qr.value : null))).toBe(link)
    await lea.page.keyboard.press('Escape')

    const mia = await openUser({ name: 'Mia' })
    const guest = await openUser({})
    await mia.watch(link)
    await guest.watch(link)
    await lea.tab('People')
    await lea.waitForText('2 people are watching right now.')
    await lea.page.getByTestId('people').getByText('Guest').waitFor()
    await lea.page.getByTestId('people').getByText('Mia').waitFor()

    const late = await openUser({ name: 'Noor' })
    await late.open(link)
    await lea.start()
    await mia.waitForTick(1)
    await late.enter()
    await lea.waitForText('3 people are watching right now.')
    const winners = await Promise.all([lea, mia, guest, late].map((user) => user.waitForWinner()))
    expect(new Set(winners).size).toBe(1)

    const [shownToLea, shownToMia, shownToGuest, shownLate] = await Promise.all(
      [lea, mia, guest, late].map(async (user) =>
        (await user.shownHighlights()).map(({ tick, name }) => [tick, name]),
      ),
    )
    expect(shownToLea?.map(([tick]) => tick)).toEqual(ticks)
    expect(shownToMia).toEqual(shownToLea)
    expect(shownToGuest).toEqual(shownToLea)
    // A polling response may carry several highlights, of which the page shows the last.
    const seenLate = new Set(shownLate?.map(([tick]) => tick))
    expect(shownLate).toEqual(shownToLea?.filter(([tick]) => seenLate.has(tick ?? 0)))
    // On a slow machine the draw may be over when the late viewer enters.
    const heardLate = await late.receivedEvents('randomHighlight')
    expect(shownLate?.at(-1)?.[0]).toBe(heardLate.at(-1)?.['tick'])
    expect(shownToLea?.at(-1)).toEqual([50, winners[0]])
    expect(await middleSpreadMs([lea, mia, guest])).toBeLessThan(halfMs)

    for (const user of [lea, mia, late]) {
      await user.page.getByTestId('viewer-count').getByText('3', { exact: true }).waitFor()
      await user.tab('Draws')
      await user.page
        .getByTestId('history')
        .getByText(winners[0] ?? '')
        .waitFor()
    }
  })

  it('shows a cancelled draw and lists it among the past draws', async () => {
    const [lea, mia] = await openRoom('cancelled')
    await lea.addNames(['Ann', 'Bob'])
    await lea.start()
    await mia.waitForTick(1)
    await lea.button('Cancel the draw').click()
    for (const user of [lea, mia]) {
      await user.waitForText('This draw was cancelled.')
      await user.tab('Draws')
      await user.page.getByTestId('history').getByText('Cancelled').waitFor()
      await user.button('Check this draw').click()
      await user.waitForText(/^Everything holds, and (Ann|Bob) would have won\./)
      await user.page.keyboard.press('Escape')
    }
    await expect.poll(() => lea.button('Start the draw').isEnabled()).toBe(true)
    expect((await mia.shownHighlights()).at(-1)?.tick).toBeLessThan(50)
  })

  it('shows nothing of the room to a removed viewer, who may ask to enter again', async () => {
    const [lea, mia] = await openRoom('put-out')
    await lea.tab('People')
    await lea.button('Put Mia out').click()
    await mia.waitForText('The leader has put you out of this room.')
    await lea.waitForText('Nobody is watching yet.')
    await lea.tab('Names')
    await lea.addNames(['Ann', 'Bob'])
    await lea.start()
    await lea.waitForTick(3)
    expect(await mia.shownHighlights()).toEqual([])
    expect(await mia.receivedEvents('randomStarted')).toEqual([])

    await mia.button('Ask to come in again').click()
    await lea.page.getByTestId('viewer-count').getByText('1', { exact: true }).waitFor()
    expect(await mia.waitForWinner()).toBe(await lea.waitForWinner())
  })

  it('has one leader: a second may watch and then lead when the first has left', async () => {
    const [lea] = await openRoom('one-leader')
    const second = await openUser({ name: 'Sam' })
    await second.lead('one-leader')
    await second.waitForText(/^Somebody else is leading this room/)
    await second.button('Watch instead').click()
    await second.page.getByTestId('role').getByText('watching').waitFor()
    expect(await second.button('Start the draw').count()).toBe(0)
    await lea.page.getByTestId('viewer-count').getByText('2', { exact: true }).waitFor()

    await lea.button('Leave the room').click()
    await lea.waitForText('Draw a name. Together, live, and provably fair.')
    await second.waitForText('Nobody leads this room right now.')
    await second.button('Take the lead').click()
    await second.page.getByTestId('role').getByText('leading').waitFor()
    await second.tab('People')
    await second.page.getByTestId('people').getByText('Mia').waitFor()
  })

  it('moves to another tab when the leader opens the room there', async () => {
    const [lea] = await openRoom('two-tabs')
    const opened = lea.context.waitForEvent('page')
    // A duplicated tab starts with a copy of the session storage.
    await lea.page.evaluate(() => void window.open(location.href))
    const other = browserUserOn(await opened, server().url, 'Lea')
    await other.page.getByTestId('role').getByText('leading').waitFor()
    await lea.waitForText('This room is open in another tab or window, and only one can be in use.')
    await lea.button('Use it here').click()
    await lea.waitForConnection('connected')
    await other.waitForConnection('taken-over')
    await lea.addNames(['Ann'])
    await lea.start()
    await lea.waitForTick(1)
    await lea.button('Cancel the draw').click()
    await lea.waitForText('This draw was cancelled.')
  })

  it('opens a private room with the full link only and says so without it', async () => {
    const lea = await openUser({ name: 'Lea' })
    await lea.page.goto(server().url)
    await lea.page.getByRole('switch', { name: 'Private room' }).press('Space')
    await lea.button('Lead the room').click()
    await lea.waitForConnection('connected')
    await lea.button('Share').click()
    const field = lea.page.getByRole('textbox', { name: 'Link' })
    await expect.poll(() => field.inputValue()).toMatch(/#token=.{16,}$/)
    const link = await field.inputValue()
    const token = new URL(link).hash
    await lea.waitForText(/^This room is private: the part after # lets people in/)
    await lea.page.keyboard.press('Escape')

    const mia = await openUser({ name: 'Mia' })
    const asked: Array<string> = []
    mia.page.on('request', (request) => asked.push(request.url()))
    await mia.watch(link)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    expect(asked.filter((url) => url.includes(token.slice('#token='.length)))).toEqual([])

    const outsider = await openUser({ name: 'Stranger' })
    await outsider.watch(link.replace(token, ''))
    await outsider.waitForText(
      'This room is private. Ask its leader for the full link: the part after # lets you in.',
    )
    expect(await lea.texts('viewer-count')).toEqual(['1'])
    await outsider.page.goto(link)
    await lea.page.getByTestId('viewer-count').getByText('2').waitFor()
  })

  const openRoom = async (room: string): Promise<[leader: BrowserUser, viewer: BrowserUser]> => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead(room)
    const mia = await openUser({ name: 'Mia' })
    await mia.watch(room)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    return [lea, mia]
  }
})

/** Half of the five seconds of a draw: a replay after the draw would be later. */
const halfMs = 2_500

/**
 * Median over the fifty highlights of the time between the first and the last page that shows one, in ms. The median
 * ignores a single delay. `bench` measures it on an idle machine.
 */
const middleSpreadMs = async (users: ReadonlyArray<BrowserUser>): Promise<number> => {
  const shownHighlights = await Promise.all(users.map((user) => user.shownHighlights()))
  const spreads = ticks.map((tick) => {
    const instants = shownHighlights.flatMap((one) =>
      one.filter((seen) => seen.tick === tick).map(({ at }) => at),
    )
    return Math.max(...instants) - Math.min(...instants)
  })
  return spreads.toSorted((left, right) => left - right)[25] ?? Number.POSITIVE_INFINITY
}
