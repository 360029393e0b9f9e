import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { createPlayer, type Player } from './player.js'

describeInBrowser(
  'a game of Connect Four against the computer',
  ({ openUser, server, allowLostConnections }) => {
    const openPlayer = async (name: string): Promise<Player> =>
      createPlayer(await openUser({ name }), server().url, name)

    it('runs to its end and starts again with the sides swapped', async () => {
      const lea = await openPlayer('Lea')
      await lea.createGame({ level: 10 })
      await lea.waitForText('Your turn')
      await lea.page.getByTestId('player-2').getByText('Yellow, level 10: perfect').waitFor()
      const end = await playToEnd(lea)
      // Filling the columns from the left does not beat a perfect player.
      expect(end).toBe('The computer won.')
      await lea.page.getByTestId('player-2').getByLabel('Winner').waitFor()
      await expect.poll(() => lea.page.locator('.winning[data-disc="2"]').count()).toBe(4)
      await expect
        .poll(async () => (await lea.user.announcements()).at(-1))
        .toMatch(
          /^Move \d+: the computer, yellow, in column [1-7]\. The computer won\. Four yellow discs in a line\.$/,
        )
      const announcements = await lea.user.announcements()
      expect(announcements).toContain('Move 1: you, red, in column 1. The computer is thinking …')
      expect(
        announcements.filter((words) =>
          /^Move 2: the computer, yellow, in column [1-7]\. Your turn\.$/.test(words),
        ),
      ).toHaveLength(1)

      await lea.button('Play again').click()
      await lea.waitForMove(1)
      await lea.waitForText('Your turn')
      await lea.page.getByTestId('player-1').getByText('The computer').waitFor()
      // The best first move is the middle column.
      expect((await lea.board()).at(-1)).toBe('...1...')
    })

    it('lets the computer move first when chosen and continues after the server is killed', async () => {
      const lea = await openPlayer('Lea')
      await lea.createGame({ level: 1, theyBegin: true })
      await lea.waitForMove(1)
      await lea.page.getByTestId('player-1').getByText('Red, level 1: beginner').waitFor()
      await lea.waitForText('Your turn')
      await lea.dropDisc(1)
      await lea.waitForMove(3)
      const before = await lea.board()
      allowLostConnections()
      await server().end('SIGKILL')
      await lea.user.waitForConnection('lost')
      await server().start()
      await lea.user.waitForConnection('connected')
      await lea.waitForText('Your turn')
      await expect.poll(lea.board).toEqual(before)
      await lea.dropDisc(7)
      await lea.waitForMove(5)
      const moves = [
        ...(await lea.user.receivedEvents('aiMove')),
        ...(await lea.user.receivedEvents('playerMove')),
      ]
      expect(moves.map(({ ply }) => Number(ply)).toSorted((left, right) => left - right)).toEqual([
        1, 2, 3, 4, 5,
      ])
    })
  },
)

/** Fills the columns from the left until the game ends, and returns the last headline. */
const playToEnd = async (one: Player): Promise<string> => {
  const headline = one.page.getByTestId('standing')
  for (let ply = 0; ;) {
    await expect.poll(() => headline.innerText()).toMatch(/^Your turn$|[.!]$/)
    const words = await headline.innerText()
    if (words !== 'Your turn') return words
    const top = (await one.board())[0] ?? ''
    await one.dropDisc(top.indexOf('.') + 1)
    ply += 1
    await expect
      .poll(async () => (await one.board()).join('').replaceAll('.', '').length)
      .toBeGreaterThanOrEqual(2 * ply - 1)
  }
}
