import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import { personAt } from './person.js'
import type { Person } from './person.js'
import { ticks } from './draws.js'

inChromium('people who draw together', ({ comes, server }) => {
  it('see the same highlights in step and the same winner, and so does who comes in the middle', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads('together')
    await lea.adds(['Ann', 'Bob', 'Cléo'])
    await lea.pastes('name;team\nDaniel Okafor;red\n"Müller, Eva";blue\nFatima;red\nAnn;blue\n')
    await lea.sees('6 names are in. Ready when you are.')

    await lea.button('Share').click()
    const link = `${server().url}/?room=together`
    await expect.poll(() => lea.page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(link)
    const code = lea.page.getByTestId('qr')
    await code.waitFor()
    await expect.poll(() => code.evaluate((qr) => ('value' in qr ? qr.value : null))).toBe(link)
    await lea.page.keyboard.press('Escape')

    const mia = await comes({ name: 'Mia' })
    const nobody = await comes({})
    await mia.watches(link)
    await nobody.watches(link)
    await lea.tab('People')
    await lea.sees('2 people are watching right now.')
    await lea.page.getByTestId('people').getByText('Guest').waitFor()
    await lea.page.getByTestId('people').getByText('Mia').waitFor()

    const late = await comes({ name: 'Noor' })
    await late.opens(link)
    await lea.starts()
    await mia.seesTick(1)
    await late.enters()
    await lea.sees('3 people are watching right now.')
    const winners = await Promise.all([lea, mia, nobody, late].map((person) => person.seesWinner()))
    expect(new Set(winners).size).toBe(1)

    const [shownToLea, shownToMia, shownToNobody, shownLate] = await Promise.all(
      [lea, mia, nobody, late].map(async (person) =>
        (await person.shown()).map(({ tick, name }) => [tick, name]),
      ),
    )
    expect(shownToLea?.map(([tick]) => tick)).toEqual(ticks)
    expect(shownToMia).toEqual(shownToLea)
    expect(shownToNobody).toEqual(shownToLea)
    // Until it has a WebSocket, a page may get several in one answer, and shows the last of them.
    const seenLate = new Set(shownLate?.map(([tick]) => tick))
    expect(shownLate).toEqual(shownToLea?.filter(([tick]) => seenLate.has(tick ?? 0)))
    // On a machine that takes five seconds to bring it in there is nothing left to hear.
    const heardLate = await late.heard('randomHighlight')
    expect(shownLate?.at(-1)?.[0]).toBe(heardLate.at(-1)?.['tick'])
    expect(shownToLea?.at(-1)).toEqual([50, winners[0]])
    expect(await middleSpreadMs([lea, mia, nobody])).toBeLessThan(halfMs)

    for (const person of [lea, mia, late]) {
      await person.page.getByTestId('viewer-count').getByText('3', { exact: true }).waitFor()
      await person.tab('Draws')
      await person.page
        .getByTestId('history')
        .getByText(winners[0] ?? '')
        .waitFor()
    }
  })

  it('see that a draw was cancelled, and it has its number among the past draws', async () => {
    const [lea, mia] = await meet('cancelled')
    await lea.adds(['Ann', 'Bob'])
    await lea.starts()
    await mia.seesTick(1)
    await lea.button('Cancel the draw').click()
    for (const person of [lea, mia]) {
      await person.sees('This draw was cancelled.')
      await person.tab('Draws')
      await person.page.getByTestId('history').getByText('Cancelled').waitFor()
      await person.button('Check this draw').click()
      await person.sees(/^Everything holds, and (Ann|Bob) would have won\./)
      await person.page.keyboard.press('Escape')
    }
    await expect.poll(() => lea.button('Start the draw').isEnabled()).toBe(true)
    expect((await mia.shown()).at(-1)?.tick).toBeLessThan(50)
  })

  it('no longer see anything of the room once they have been put out, and may ask to come in again', async () => {
    const [lea, mia] = await meet('put-out')
    await lea.tab('People')
    await lea.button('Put Mia out').click()
    await mia.sees('The leader has put you out of this room.')
    await lea.sees('Nobody is watching yet.')
    await lea.tab('Names')
    await lea.adds(['Ann', 'Bob'])
    await lea.starts()
    await lea.seesTick(3)
    expect(await mia.shown()).toEqual([])
    expect(await mia.heard('randomStarted')).toEqual([])

    await mia.button('Ask to come in again').click()
    await lea.page.getByTestId('viewer-count').getByText('1', { exact: true }).waitFor()
    expect(await mia.seesWinner()).toBe(await lea.seesWinner())
  })

  it('have one leader: a second is offered to watch, and may lead when the first has gone', async () => {
    const [lea] = await meet('one-leader')
    const second = await comes({ name: 'Sam' })
    await second.leads('one-leader')
    await second.sees(/^Somebody else is leading this room/)
    await second.button('Watch instead').click()
    await second.page.getByTestId('role').getByText('watching').waitFor()
    expect(await second.button('Start the draw').count()).toBe(0)
    await lea.page.getByTestId('viewer-count').getByText('2', { exact: true }).waitFor()

    await lea.button('Leave the room').click()
    await lea.sees('Draw a name. Together, live, and provably fair.')
    await second.sees('Nobody leads this room right now.')
    await second.button('Take the lead').click()
    await second.page.getByTestId('role').getByText('leading').waitFor()
    await second.tab('People')
    await second.page.getByTestId('people').getByText('Mia').waitFor()
  })

  it('take their place along when they open the room in another tab', async () => {
    const [lea] = await meet('two-tabs')
    const opened = lea.context.waitForEvent('page')
    // A tab that is duplicated starts with what the first kept for its session.
    await lea.page.evaluate(() => void window.open(location.href))
    const other = personAt(await opened, server().url, 'Lea')
    await other.page.getByTestId('role').getByText('leading').waitFor()
    await lea.sees('This room is open in another tab or window, and only one can be in use.')
    await lea.button('Use it here').click()
    await lea.seesConnection('connected')
    await other.seesConnection('taken-over')
    await lea.adds(['Ann'])
    await lea.starts()
    await lea.seesTick(1)
    await lea.button('Cancel the draw').click()
    await lea.sees('This draw was cancelled.')
  })

  it('come into a private room by its link alone, and are told so without it', async () => {
    const lea = await comes({ name: 'Lea' })
    await lea.page.goto(server().url)
    await lea.page.getByRole('switch', { name: 'Private room' }).press('Space')
    await lea.button('Lead the room').click()
    await lea.seesConnection('connected')
    await lea.button('Share').click()
    const field = lea.page.getByRole('textbox', { name: 'Link' })
    await expect.poll(() => field.inputValue()).toMatch(/#token=.{16,}$/)
    const link = await field.inputValue()
    const token = new URL(link).hash
    await lea.sees(/^This room is private: the part after # lets people in/)
    await lea.page.keyboard.press('Escape')

    const mia = await comes({ name: 'Mia' })
    const asked: Array<string> = []
    mia.page.on('request', (request) => asked.push(request.url()))
    await mia.watches(link)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    expect(asked.filter((url) => url.includes(token.slice('#token='.length)))).toEqual([])

    const stranger = await comes({ name: 'Stranger' })
    await stranger.watches(link.replace(token, ''))
    await stranger.sees(
      'This room is private. Ask its leader for the full link: the part after # lets you in.',
    )
    expect(await lea.texts('viewer-count')).toEqual(['1'])
    await stranger.page.goto(link)
    await lea.page.getByTestId('viewer-count').getByText('2').waitFor()
  })

  const meet = async (room: string): Promise<[leader: Person, viewer: Person]> => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads(room)
    const mia = await comes({ name: 'Mia' })
    await mia.watches(room)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    return [lea, mia]
  }
})

/** Of the five seconds of a draw, in ms: a page that was shown it afterwards would be later than that. */
const halfMs = 2_500

/**
 * How far apart the pages show a highlight, in the middle one of fifty: one hiccup of a machine is not out of step. How
 * sharp that is on a machine that has nothing else to do is measured in `bench`.
 */
const middleSpreadMs = async (people: ReadonlyArray<Person>): Promise<number> => {
  const shown = await Promise.all(people.map((person) => person.shown()))
  const spreads = ticks.map((tick) => {
    const instants = shown.flatMap((one) => one.filter((seen) => seen.tick === tick).map(({ at }) => at))
    return Math.max(...instants) - Math.min(...instants)
  })
  return spreads.toSorted((left, right) => left - right)[25] ?? Number.POSITIVE_INFINITY
}
