import { expect, it } from 'vitest'
import { ticks } from './draws.js'
import { inChromium } from './in-chromium.js'
import type { Person } from './person.js'

inChromium('a draw that is interrupted', ({ comes, server, losesConnections }) => {
  it('goes on where it was when the server is killed and started again', async () => {
    const [lea, mia] = await drawing('killed')
    losesConnections()
    await server().end('SIGKILL')
    for (const person of [lea, mia]) {
      await person.seesConnection('lost')
      await person.sees('Connection lost, coming back …')
    }
    await server().start()
    await endsWellFor(lea, mia)
    await lea.page.getByTestId('role').getByText('leading').waitFor()
  })

  it('is announced when the server is told to stop, and goes on when it is back', async () => {
    const [lea, mia] = await drawing('told-to-stop')
    losesConnections()
    // It is their turn to come back in a moment, and until then alone the words are there.
    const announced = [lea, mia].map((person) => person.sees(/^Server restarting, back in about \d+ s$/))
    const ended = server().end('SIGTERM')
    await Promise.all(announced)
    expect(await ended).toBe(0)
    await server().start()
    await endsWellFor(lea, mia)
  })

  it('is caught up with by who was offline', async () => {
    const [lea, mia] = await drawing('offline')
    losesConnections()
    await mia.context.setOffline(true)
    await mia.seesConnection('lost')
    await lea.page.getByTestId('viewer-count').getByText('0').waitFor()
    await mia.context.setOffline(false)
    await endsWellFor(lea, mia)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
  })

  it('is still led by a leader who reloads the page, and who knows who watches and what was drawn', async () => {
    const [lea, mia] = await drawing('reloaded')
    await lea.seesWinner(1)
    await lea.button('Start the draw').click()
    await mia.sees(/^Draw 2 ·/i)
    await lea.page.reload()
    await lea.page.getByTestId('role').getByText('leading').waitFor()
    await lea.button('Cancel the draw').waitFor()
    await lea.tab('People')
    await lea.sees('1 person is watching right now.')
    await lea.page.getByTestId('people').getByText('Mia').waitFor()
    await lea.tab('Draws')
    await lea.button('Check draw 1').click()
    await lea.sees(/^Everything holds, and the winner is/)
    await lea.page.keyboard.press('Escape')
    const winners = [await lea.seesWinner(2), await mia.seesWinner(2)]
    expect(winners[0]).toBe(winners[1])
    await lea.tab('Names')
    await lea.sees('Cléo')
  })

  /** A leader and a viewer in the middle of a draw. */
  const drawing = async (room: string): Promise<[leader: Person, viewer: Person]> => {
    const lea = await comes({ name: 'Lea' })
    await lea.leads(room)
    await lea.adds(['Ann', 'Bob', 'Cléo', 'Dan'])
    const mia = await comes({ name: 'Mia' })
    await mia.watches(room)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await lea.starts()
    await lea.seesTick(8)
    await mia.seesTick(8)
    return [lea, mia]
  }
})

/** Both come back by themselves, have got every highlight once and in order, see one winner, and can check it. */
const endsWellFor = async (...people: ReadonlyArray<Person>): Promise<void> => {
  const winners: Array<string> = []
  for (const person of people) {
    await person.seesConnection('connected')
    winners.push(await person.seesWinner())
    expect((await person.heard('randomHighlight')).map(({ tick }) => tick)).toEqual(ticks)
    const shown = (await person.shown()).map(({ tick }) => tick)
    expect(shown).toEqual([...new Set(shown)].toSorted((left, right) => left - right))
    await person.button('Check this draw').click()
    await person.sees(/^Everything holds, and the winner is/)
    const highlights = person.page.getByTestId('step-highlights').locator('dd')
    const [computed, seen] = await highlights.allInnerTexts()
    expect(computed?.split(' ')).toHaveLength(50)
    expect(seen).toBe(computed)
    await person.page.keyboard.press('Escape')
  }
  expect(new Set(winners).size).toBe(1)
}
