import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import { player, type Player } from './player.js'

inChromium('a game of Connect Four against the computer', ({ comes, server, losesConnections }) => {
  const plays = async (name: string): Promise<Player> => player(await comes({ name }), server().url, name)

  it('is played to its end, and again with the sides changed', async () => {
    const lea = await plays('Lea')
    await lea.begins({ level: 10 })
    await lea.sees('Your turn')
    await lea.page.getByTestId('player-2').getByText('Yellow, level 10: perfect').waitFor()
    const end = await toTheEnd(lea)
    // A player who fills the columns from the left does not beat a perfect one.
    expect(end).toBe('The computer won.')
    await lea.page.getByTestId('player-2').getByLabel('Winner').waitFor()
    await expect.poll(() => lea.page.locator('.winning[data-disc="2"]').count()).toBe(4)
    await expect
      .poll(async () => (await lea.person.announced()).at(-1))
      .toMatch(
        /^Move \d+: the computer, yellow, in column [1-7]\. The computer won\. Four yellow discs in a line\.$/,
      )
    const announced = await lea.person.announced()
    expect(announced).toContain('Move 1: you, red, in column 1. The computer is thinking …')
    expect(
      announced.filter((words) =>
        /^Move 2: the computer, yellow, in column [1-7]\. Your turn\.$/.test(words),
      ),
    ).toHaveLength(1)

    await lea.button('Play again').click()
    await lea.seesMove(1)
    await lea.sees('Your turn')
    await lea.page.getByTestId('player-1').getByText('The computer').waitFor()
    // Its own best first move.
    expect((await lea.board()).at(-1)).toBe('...1...')
  })

  it('begins with the computer where that is chosen, and goes on where it was after the server was killed', async () => {
    const lea = await plays('Lea')
    await lea.begins({ level: 1, theyBegin: true })
    await lea.seesMove(1)
    await lea.page.getByTestId('player-1').getByText('Red, level 1: beginner').waitFor()
    await lea.sees('Your turn')
    await lea.drops(1)
    await lea.seesMove(3)
    const before = await lea.board()
    losesConnections()
    await server().end('SIGKILL')
    await lea.person.seesConnection('lost')
    await server().start()
    await lea.person.seesConnection('connected')
    await lea.sees('Your turn')
    await expect.poll(lea.board).toEqual(before)
    await lea.drops(7)
    await lea.seesMove(5)
    const moves = [...(await lea.person.heard('aiMove')), ...(await lea.person.heard('playerMove'))]
    expect(moves.map(({ ply }) => Number(ply)).toSorted((left, right) => left - right)).toEqual([
      1, 2, 3, 4, 5,
    ])
  })
})

/** Fills the columns from the left, until somebody has won or the board is full; gives the last headline. */
const toTheEnd = async (one: Player): Promise<string> => {
  const headline = one.page.getByTestId('standing')
  for (let ply = 0; ;) {
    await expect.poll(() => headline.innerText()).toMatch(/^Your turn$|[.!]$/)
    const words = await headline.innerText()
    if (words !== 'Your turn') return words
    const top = (await one.board())[0] ?? ''
    await one.drops(top.indexOf('.') + 1)
    ply += 1
    await expect
      .poll(async () => (await one.board()).join('').replaceAll('.', '').length)
      .toBeGreaterThanOrEqual(2 * ply - 1)
  }
}
