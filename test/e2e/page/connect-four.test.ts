import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import { personAt } from './person.js'
import { play, player, type Choice, type Player } from './player.js'
import { wireCutter } from './wire-cutter.js'

inChromium('people who play Connect Four', ({ comes, server, losesConnections }) => {
  const plays = async (name: string): Promise<Player> => player(await comes({ name }), server().url, name)

  const meet = async (lea: Player, mia: Player, choice?: Choice): Promise<string> => {
    const link = await lea.begins(choice)
    await lea.sees('Waiting for somebody to play')
    await mia.joins(link)
    return link
  }

  /** Lea has begun and is red, Mia is yellow. */
  const game = async (choice?: Choice): Promise<readonly [lea: Player, mia: Player, link: string]> => {
    const [lea, mia] = [await plays('Lea'), await plays('Mia')]
    return [lea, mia, await meet(lea, mia, choice)]
  }

  it('see one whole game on three screens, although one of them drops out and the server is killed', async () => {
    const [lea, mia, link] = await game()
    const cy = await plays('Cy')
    await cy.joins(link)
    await cy.page.getByTestId('role').getByText('watching').waitFor()
    await mia.page.getByTestId('role').getByText('playing').waitFor()
    for (const one of [mia, cy]) await one.sees('Lea’s turn')
    const all = [lea, mia, cy]
    const allHave = async (...rows: ReadonlyArray<string>): Promise<void> => {
      for (const one of all)
        await expect.poll(async () => (await one.board()).slice(-rows.length)).toEqual(rows)
    }

    await play([lea, mia], [4, 4, 3, 5], { seenBy: [cy] })
    await allHave('...2...', '..112..')

    losesConnections()
    await mia.person.context.setOffline(true)
    await mia.person.seesConnection('lost')
    // Its icon cannot be fetched any more by then.
    await mia.page.getByTestId('connection').locator('svg').waitFor()
    for (const one of [lea, cy])
      await one.page
        .getByTestId('player-2')
        .getByText(/^Away, \d+ s left to come back$/)
        .waitFor()
    await lea.drops(3)
    for (const one of [lea, cy]) await one.seesMove(5)
    await lea.sees('Mia’s turn')
    expect(await mia.board()).toEqual(expect.arrayContaining(['...2...', '..112..']))
    await mia.drops(1)
    await mia.person.sees('There is no connection right now. Wait until it is back, then try again.')
    await mia.person.context.setOffline(false)
    await mia.seesMove(5)
    for (const one of [lea, cy]) await one.page.getByTestId('away').waitFor({ state: 'detached' })
    await play([lea, mia], [3, 4], { from: 5, seenBy: [cy] })

    await server().end('SIGKILL')
    for (const one of all) await one.person.seesConnection('lost')
    await server().start()
    for (const one of all) await one.person.seesConnection('connected')
    await mia.sees('Your turn')
    await allHave('..21...', '..12...', '..112..')
    await play([lea, mia], [7, 2, 6, 1], { from: 7, seenBy: [cy] })

    await allHave('..21...', '..12...', '1111222')
    await lea.sees('You won!')
    for (const one of [mia, cy]) await one.sees('Lea won.')
    for (const one of all) {
      await one.person.sees('Four red discs in a line.')
      const winning = one.page.locator('.winning')
      await expect
        .poll(() => winning.evaluateAll((cells) => cells.map((cell) => cell.ariaLabel)))
        .toEqual([1, 2, 3, 4].map((column) => `row 6, column ${column}: red, one of the four`))
      const plies = (await one.person.heard('playerMove')).map(({ ply }) => ply)
      expect(plies).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    }

    await lea.button('Play again').click()
    await lea.person.sees('You want to play again. It begins when your opponent does, too.')
    await mia.button('Play again').click()
    await mia.sees('Your turn')
    for (const one of [lea, cy]) await one.sees('Mia’s turn')
    await play([mia, lea], [4], { seenBy: [cy] })
    await allHave('.......', '...1...')
  })

  it.each([
    ['had arrived, and its answer had not', 'what-comes'],
    ['had not arrived', 'what-goes'],
  ] as const)('make a move once that was sent at the moment of a cut and %s', async (_what, lost) => {
    const leaAtHome = await comes({ name: 'Lea', isOwnProfile: true })
    const wire = await wireCutter(leaAtHome.context)
    const [lea, mia] = [player(leaAtHome, server().url, 'Lea'), await plays('Mia')]
    await meet(lea, mia)
    await lea.sees('Your turn')

    losesConnections()
    wire.swallow(lost)
    await lea.drops(4)
    await lea.person.sees('Your disc is on its way.')
    if (lost === 'what-comes') await mia.seesMove(1)
    expect(await lea.board()).not.toContain('...1...')
    await wire.cut()
    for (const one of [lea, mia]) {
      await one.seesMove(1)
      await expect.poll(async () => (await one.board()).at(-1)).toBe('...1...')
    }
    await lea.sees('Mia’s turn')
    await mia.sees('Your turn')
    await play([lea, mia], [4, 3], { from: 1 })
    expect((await mia.person.heard('playerMove')).map(({ ply, column }) => [ply, column])).toEqual([
      [1, 3],
      [2, 3],
      [3, 2],
    ])
    await lea.page.getByTestId('notice').waitFor({ state: 'detached' })
  })

  it('are who they were after a reload, with the last move and an opponent who is away', async () => {
    const [lea, mia] = await game()
    await play([lea, mia], [4, 4])
    losesConnections()
    await mia.person.context.setOffline(true)
    await lea.page.getByTestId('away').waitFor()
    await lea.page.reload()
    await lea.sees('Your turn')
    await lea.page.getByTestId('role').getByText('playing').waitFor()
    await lea.page.getByRole('gridcell', { name: 'row 5, column 4: yellow, the last move' }).waitFor()
    await lea.page.getByTestId('away').waitFor()
    await mia.person.context.setOffline(false)
    await lea.page.getByTestId('away').waitFor({ state: 'detached' })
    await play([lea, mia], [5], { from: 2 })
  })

  it('take the game along when they open it in another tab', async () => {
    const [lea, mia] = await game()
    const opened = lea.person.context.waitForEvent('page')
    await lea.page.evaluate(() => void window.open(location.href))
    const other = player(personAt(await opened, server().url, 'Lea'), server().url, 'Lea')
    await other.sees('Your turn')
    await lea.person.sees('This game is open in another tab or window, and only one can be in use.')
    await play([other, mia], [4])
    await lea.button('Use it here').click()
    await other.person.seesConnection('taken-over')
    await lea.seesMove(1)
    await play([lea, mia], [4], { from: 1 })
  })

  it('give up after they were asked, and go to a new game when the other one has left', async () => {
    const [lea, mia] = await game()
    await play([lea, mia], [4])
    await lea.button('Give up').click()
    await lea.button('Play on').click()
    await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await play([lea, mia], [4], { from: 1 })
    await lea.button('Give up').click()
    await lea.button('Yes, give up').click()
    await lea.sees('Mia won.')
    await lea.person.sees('You gave up.')
    await mia.sees('You won!')
    await mia.person.sees('Lea gave up.')

    await mia.button('Leave the game').click()
    await mia.button('Start the game').waitFor()
    await lea.button('Play again').click()
    await lea.person.sees('Your opponent has left. Start a new game and send its link.')
    await lea.button('New game').click()
    await lea.button('Start the game').waitFor()
  })

  it('lose a game that they leave, after they were asked', async () => {
    const [lea, mia] = await game({ theyBegin: true })
    await play([mia, lea], [4])
    await lea.button('Leave the game').click()
    await lea.button('Stay').click()
    await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
    await play([mia, lea], [4], { from: 1 })
    await lea.button('Leave the game').click()
    await lea.button('Give up and leave').click()
    await mia.sees('You won!')
    await mia.person.sees('Lea gave up.')
  })

  it('come into a private game by its whole link alone, and are told so without it', async () => {
    const lea = await plays('Lea')
    const link = await lea.begins({ isPrivate: true })
    const { hash } = new URL(link)
    expect(hash).toMatch(/^#token=.{16,}$/)
    const field = lea.page.getByRole('region', { name: 'Invitation' }).getByLabel('Link', { exact: true })
    await expect.poll(() => field.inputValue()).toBe(link)
    const mia = await plays('Mia')
    const asked: Array<string> = []
    mia.page.on('request', (request) => asked.push(request.url()))
    await mia.page.goto(link.replace(hash, ''))
    await mia.page.getByLabel('Your name (optional)').fill('Mia')
    await mia.button('Come in').click()
    await mia.person.sees('This game is private. Ask for the full link: the part after # lets you in.')
    await mia.page.goto('about:blank')
    await mia.page.goto(link)
    await mia.sees('Lea’s turn')
    expect(asked.filter((url) => url.includes(hash.slice('#token='.length)))).toEqual([])
  })

  it('are told what is wrong with a link, and find their game by its code', async () => {
    const [lea, mia] = [await plays('Lea'), await plays('Mia')]
    await mia.page.goto(`${server().url}/connect-four/no such game`)
    await mia.person.sees('A code has letters, digits and dashes, without spaces.')
    await mia.joinsByCode('nobody-there')
    await mia.page.getByLabel('Your name (optional)').fill('Mia')
    await mia.button('Come in').click()
    await mia.person.sees('There is no such game. Check the link, or start a new one.')
    await mia.button('New game').click()
    const link = await lea.begins()
    await mia.joinsByCode(` ${new URL(link).pathname.split('/').at(-1)?.toLowerCase()} `)
    await mia.sees('Lea’s turn')
    await lea.drops(7)
    await lea.seesMove(1)
    await lea.drops(1)
    await lea.person.sees('It is not your turn. Wait for the other side to move.')
  })
})
