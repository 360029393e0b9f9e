import { expect, it } from 'vitest'
import { ticks } from './draws.js'
import { describeInBrowser } from './browser-suite.js'
import type { BrowserUser } from './browser-user.js'

describeInBrowser('an interrupted draw', ({ openUser, server, allowLostConnections }) => {
  it('continues at its tick when the server is killed and restarted', async () => {
    const [lea, mia] = await startDraw('killed')
    allowLostConnections()
    await server().end('SIGKILL')
    for (const user of [lea, mia]) {
      await user.waitForConnection('lost')
      await user.waitForText('Connection lost, coming back …')
    }
    await server().start()
    await expectCompleteDraw(lea, mia)
    await lea.page.getByTestId('role').getByText('leading').waitFor()
  })

  it('announces a server shutdown and continues after the restart', async () => {
    const [lea, mia] = await startDraw('told-to-stop')
    allowLostConnections()
    const ended = server().end('SIGTERM')
    // Read from the record, because the status shows the text only until the page tries to reconnect.
    for (const user of [lea, mia])
      await expect
        .poll(user.announcements)
        .toContainEqual(expect.stringMatching(/^Server restarting, back in about \d+ s$/))
    expect(await ended).toBe(0)
    await server().start()
    await expectCompleteDraw(lea, mia)
  })

  it('is replayed to a viewer who was offline', async () => {
    const [lea, mia] = await startDraw('offline')
    allowLostConnections()
    await mia.context.setOffline(true)
    await mia.waitForConnection('lost')
    await lea.page.getByTestId('viewer-count').getByText('0').waitFor()
    await mia.context.setOffline(false)
    await expectCompleteDraw(lea, mia)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
  })

  it('keeps its leader, viewers and past draws when the leader reloads the page', async () => {
    const [lea, mia] = await startDraw('reloaded')
    await lea.waitForWinner(1)
    const drawNo = await reloadDuringDraw(lea, mia)
    await lea.tab('People')
    await lea.waitForText('1 person is watching right now.')
    await lea.page.getByTestId('people').getByText('Mia').waitFor()
    await lea.tab('Draws')
    await lea.button('Check draw 1').click()
    await lea.waitForText(/^Everything holds, and the winner is/)
    await lea.page.keyboard.press('Escape')
    const winners = [await lea.waitForWinner(drawNo), await mia.waitForWinner(drawNo)]
    expect(winners[0]).toBe(winners[1])
    await lea.tab('Names')
    await lea.waitForText('Cléo')
  })

  /** A leader and a viewer during a draw. */
  const startDraw = async (room: string): Promise<[leader: BrowserUser, viewer: BrowserUser]> => {
    const lea = await openUser({ name: 'Lea' })
    await lea.lead(room)
    await lea.addNames(['Ann', 'Bob', 'Cléo', 'Dan'])
    const mia = await openUser({ name: 'Mia' })
    await mia.watch(room)
    await lea.page.getByTestId('viewer-count').getByText('1').waitFor()
    await lea.start()
    await lea.waitForTick(8)
    await mia.waitForTick(8)
    return [lea, mia]
  }
})

const mostReloads = 10

/**
 * Reloads the leader's page in a second draw, and returns its number when the page shows that draw as running. On a
 * busy machine the page may take longer than a draw; then it reloads in another draw.
 */
const reloadDuringDraw = async (lea: BrowserUser, mia: BrowserUser): Promise<number> => {
  for (let drawNo = 2; drawNo < 2 + mostReloads; drawNo++) {
    await lea.start()
    await mia.waitForText(new RegExp(`^Draw ${drawNo} ·`, 'i'))
    await lea.page.reload()
    await lea.page.getByTestId('role').getByText('leading').waitFor()
    // Only a leader has one of these.
    await lea.button(/^(Cancel|Start) the draw$/).waitFor()
    if ((await lea.button('Cancel the draw').count()) > 0) return drawNo
  }
  throw new Error('The reloaded page never showed the draw as running')
}

/** Both reconnect, have every highlight once and in order, see the same winner and pass the check. */
const expectCompleteDraw = async (...users: ReadonlyArray<BrowserUser>): Promise<void> => {
  const winners: Array<string> = []
  for (const user of users) {
    await user.waitForConnection('connected')
    winners.push(await user.waitForWinner())
    expect((await user.receivedEvents('randomHighlight')).map(({ tick }) => tick)).toEqual(ticks)
    const shownHighlights = (await user.shownHighlights()).map(({ tick }) => tick)
    expect(shownHighlights).toEqual([...new Set(shownHighlights)].toSorted((left, right) => left - right))
    await user.button('Check this draw').click()
    await user.waitForText(/^Everything holds, and the winner is/)
    const highlights = user.page.getByTestId('step-highlights').locator('dd')
    const [computed, seen] = await highlights.allInnerTexts()
    expect(computed?.split(' ')).toHaveLength(50)
    expect(seen).toBe(computed)
    await user.page.keyboard.press('Escape')
  }
  expect(new Set(winners).size).toBe(1)
}
