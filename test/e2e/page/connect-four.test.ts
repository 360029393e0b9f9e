import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { browserUserOn } from './browser-user.js'
import { play, createPlayer, type Choice, type Player } from './player.js'
import { proxyWebSocket } from './websocket-proxy.js'

describeInBrowser(
  'a game of Connect Four between two players',
  ({ openUser, server, allowLostConnections }) => {
    const openPlayer = async (name: string): Promise<Player> =>
      createPlayer(await openUser({ name }), server().url, name)

    const joinGame = async (lea: Player, mia: Player, choice?: Choice): Promise<string> => {
      const link = await lea.createGame(choice)
      await lea.waitForText('Waiting for somebody to play')
      await mia.join(link)
      return link
    }

    /** Lea moves first with red, Mia has yellow. */
    const openGame = async (choice?: Choice): Promise<readonly [lea: Player, mia: Player, link: string]> => {
      const [lea, mia] = [await openPlayer('Lea'), await openPlayer('Mia')]
      return [lea, mia, await joinGame(lea, mia, choice)]
    }

    it('shows the whole game on three screens although a player goes offline and the server is killed', async () => {
      const [lea, mia, link] = await openGame()
      const cy = await openPlayer('Cy')
      await cy.join(link)
      await cy.page.getByTestId('role').getByText('watching').waitFor()
      await mia.page.getByTestId('role').getByText('playing').waitFor()
      for (const one of [mia, cy]) await one.waitForText('Lea’s turn')
      const all = [lea, mia, cy]
      const allHave = async (...rows: ReadonlyArray<string>): Promise<void> => {
        for (const one of all)
          await expect.poll(async () => (await one.board()).slice(-rows.length)).toEqual(rows)
      }

      await play([lea, mia], [4, 4, 3, 5], { watchers: [cy] })
      await allHave('...2...', '..112..')

      allowLostConnections()
      await mia.user.context.setOffline(true)
      await mia.user.waitForConnection('lost')
      // Its icon must be loaded before, because it cannot be fetched offline.
      await mia.page.getByTestId('connection').locator('svg').waitFor()
      for (const one of [lea, cy])
        await one.page
          .getByTestId('player-2')
          .getByText(/^Away, \d+ s left to come back$/)
          .waitFor()
      await lea.dropDisc(3)
      for (const one of [lea, cy]) await one.waitForMove(5)
      await lea.waitForText('Mia’s turn')
      expect(await mia.board()).toEqual(expect.arrayContaining(['...2...', '..112..']))
      await mia.dropDisc(1)
      await mia.user.waitForText('There is no connection right now. Wait until it is back, then try again.')
      await mia.user.context.setOffline(false)
      await mia.waitForMove(5)
      for (const one of [lea, cy]) await one.page.getByTestId('away').waitFor({ state: 'detached' })
      await play([lea, mia], [3, 4], { from: 5, watchers: [cy] })

      await server().end('SIGKILL')
      for (const one of all) await one.user.waitForConnection('lost')
      await server().start()
      for (const one of all) await one.user.waitForConnection('connected')
      await mia.waitForText('Your turn')
      await allHave('..21...', '..12...', '..112..')
      await play([lea, mia], [7, 2, 6, 1], { from: 7, watchers: [cy] })

      await allHave('..21...', '..12...', '1111222')
      await lea.waitForText('You won!')
      for (const one of [mia, cy]) await one.waitForText('Lea won.')
      for (const one of all) {
        await one.user.waitForText('Four red discs in a line.')
        const winning = one.page.locator('.winning')
        await expect
          .poll(() => winning.evaluateAll((cells) => cells.map((cell) => cell.ariaLabel)))
          .toEqual([1, 2, 3, 4].map((column) => `row 6, column ${column}: red, one of the four`))
        const plies = (await one.user.receivedEvents('playerMove')).map(({ ply }) => ply)
        expect(plies).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      }

      await lea.button('Play again').click()
      await lea.user.waitForText('You want to play again. It begins when your opponent does, too.')
      await mia.button('Play again').click()
      await mia.waitForText('Your turn')
      for (const one of [lea, cy]) await one.waitForText('Mia’s turn')
      await play([mia, lea], [4], { watchers: [cy] })
      await allHave('.......', '...1...')
    })

    it.each([
      ['had arrived, and its answer had not', 'incoming'],
      ['had not arrived', 'outgoing'],
    ] as const)(
      'executes a move once that was sent when the connection broke and %s',
      async (_what, lost) => {
        const leaUser = await openUser({ name: 'Lea', isOwnProfile: true })
        const proxy = await proxyWebSocket(leaUser.context)
        const [lea, mia] = [createPlayer(leaUser, server().url, 'Lea'), await openPlayer('Mia')]
        await joinGame(lea, mia)
        await lea.waitForText('Your turn')

        allowLostConnections()
        proxy.drop(lost)
        await lea.dropDisc(4)
        await lea.user.waitForText('Your disc is on its way.')
        if (lost === 'incoming') await mia.waitForMove(1)
        expect(await lea.board()).not.toContain('...1...')
        await proxy.breakConnection()
        for (const one of [lea, mia]) {
          await one.waitForMove(1)
          await expect.poll(async () => (await one.board()).at(-1)).toBe('...1...')
        }
        await lea.waitForText('Mia’s turn')
        await mia.waitForText('Your turn')
        await play([lea, mia], [4, 3], { from: 1 })
        expect((await mia.user.receivedEvents('playerMove')).map(({ ply, column }) => [ply, column])).toEqual(
          [
            [1, 3],
            [2, 3],
            [3, 2],
          ],
        )
        await lea.page.getByTestId('notice').waitFor({ state: 'detached' })
      },
    )

    it('restores player, last move and absent opponent after a reload', async () => {
      const [lea, mia] = await openGame()
      await play([lea, mia], [4, 4])
      allowLostConnections()
      await mia.user.context.setOffline(true)
      await lea.page.getByTestId('away').waitFor()
      await lea.page.reload()
      await lea.waitForText('Your turn')
      await lea.page.getByTestId('role').getByText('playing').waitFor()
      await lea.page.getByRole('gridcell', { name: 'row 5, column 4: yellow, the last move' }).waitFor()
      await lea.page.getByTestId('away').waitFor()
      await mia.user.context.setOffline(false)
      await lea.page.getByTestId('away').waitFor({ state: 'detached' })
      await play([lea, mia], [5], { from: 2 })
    })

    it('moves to another tab when the player opens it there', async () => {
      const [lea, mia] = await openGame()
      const opened = lea.user.context.waitForEvent('page')
      await lea.page.evaluate(() => void window.open(location.href))
      const other = createPlayer(browserUserOn(await opened, server().url, 'Lea'), server().url, 'Lea')
      await other.waitForText('Your turn')
      await lea.user.waitForText('This game is open in another tab or window, and only one can be in use.')
      await play([other, mia], [4])
      await lea.button('Use it here').click()
      await other.user.waitForConnection('taken-over')
      await lea.waitForMove(1)
      await play([lea, mia], [4], { from: 1 })
    })

    it('resigns after a confirmation and offers a new game when the opponent has left', async () => {
      const [lea, mia] = await openGame()
      await play([lea, mia], [4])
      await lea.button('Give up').click()
      await lea.button('Play on').click()
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
      await play([lea, mia], [4], { from: 1 })
      await lea.button('Give up').click()
      await lea.button('Yes, give up').click()
      await lea.waitForText('Mia won.')
      await lea.user.waitForText('You gave up.')
      await mia.waitForText('You won!')
      await mia.user.waitForText('Lea gave up.')

      await mia.button('Leave the game').click()
      await mia.button('Start the game').waitFor()
      await lea.button('Play again').click()
      await lea.user.waitForText('Your opponent has left. Start a new game and send its link.')
      await lea.button('New game').click()
      await lea.button('Start the game').waitFor()
    })

    it('is lost by a player who leaves after a confirmation', async () => {
      const [lea, mia] = await openGame({ theyBegin: true })
      await play([mia, lea], [4])
      await lea.button('Leave the game').click()
      await lea.button('Stay').click()
      await lea.page.getByRole('dialog').waitFor({ state: 'hidden' })
      await play([mia, lea], [4], { from: 1 })
      await lea.button('Leave the game').click()
      await lea.button('Give up and leave').click()
      await mia.waitForText('You won!')
      await mia.user.waitForText('Lea gave up.')
    })

    it('opens a private game with the full link only and says so without it', async () => {
      const lea = await openPlayer('Lea')
      const link = await lea.createGame({ isPrivate: true })
      const { hash } = new URL(link)
      expect(hash).toMatch(/^#token=.{16,}$/)
      const field = lea.page.getByRole('region', { name: 'Invitation' }).getByLabel('Link', { exact: true })
      await expect.poll(() => field.inputValue()).toBe(link)
      const mia = await openPlayer('Mia')
      const asked: Array<string> = []
      mia.page.on('request', (request) => asked.push(request.url()))
      await mia.page.goto(link.replace(hash, ''))
      await mia.page.getByLabel('Your name (optional)').fill('Mia')
      await mia.button('Come in').click()
      await mia.user.waitForText('This game is private. Ask for the full link: the part after # lets you in.')
      await mia.page.goto('about:blank')
      await mia.page.goto(link)
      await mia.waitForText('Lea’s turn')
      expect(asked.filter((url) => url.includes(hash.slice('#token='.length)))).toEqual([])
    })

    it('explains an invalid link and finds a game by its code', async () => {
      const [lea, mia] = [await openPlayer('Lea'), await openPlayer('Mia')]
      await mia.page.goto(`${server().url}/connect-four/no such game`)
      await mia.user.waitForText('A code has letters, digits and dashes, without spaces.')
      await mia.joinByCode('nobody-there')
      await mia.page.getByLabel('Your name (optional)').fill('Mia')
      await mia.button('Come in').click()
      await mia.user.waitForText('There is no such game. Check the link, or start a new one.')
      await mia.button('New game').click()
      const link = await lea.createGame()
      await mia.joinByCode(` ${new URL(link).pathname.split('/').at(-1)?.toLowerCase()} `)
      await mia.waitForText('Lea’s turn')
      await lea.dropDisc(7)
      await lea.waitForMove(1)
      await lea.dropDisc(1)
      await lea.user.waitForText('It is not your turn. Wait for the other side to move.')
    })
  },
)
