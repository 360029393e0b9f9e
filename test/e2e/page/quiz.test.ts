import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { framesOf, createQuizHost, createQuizPlayer, type QuizHost, type QuizPlayer } from './quiz-users.js'

/** Long enough for all steps while a question is open; only its timer closes it. */
const threeQuestions = `Which planet is the largest? (20 s)
- Mars
* Jupiter
- Venus

How many legs has a spider? (20 s)
- 6
* 8

What is the capital of Peru? (20 s)
* Lima
- Quito
- La Paz
- Bogotá`

const twoQuestions = `Which planet is the largest? (12 s)
- Mars
* Jupiter

How many legs has a spider? (20 s)
- 6
* 8`

/** Runs in the page: a clock that is an hour ahead, by which every question would be closed. */
const setClockAhead = (): void => {
  const now = Date.now.bind(Date)
  Date.now = () => now() + 3_600_000
}

describeInBrowser('a quiz', ({ openUser, server, allowLostConnections }) => {
  const openHost = async (): Promise<QuizHost> =>
    createQuizHost(await openUser({ name: 'host' }), server().url)
  const openPlayer = async (name: string, link: string): Promise<QuizPlayer> => {
    const player = createQuizPlayer(await openUser({ name }), name)
    await player.openAndEnter(link)
    return player
  }

  it('runs to its end with a host and three players through a lost connection, a reload, a late join and a late answer', async () => {
    const host = await openHost()
    const link = await host.open()
    await host.paste(threeQuestions)
    await host.openLobby()
    const ann = await openPlayer('Ann', link)
    const bob = await openPlayer('Bob', link)
    const cy = await openPlayer('Cy', link)
    await host.waitForPlayers(3)
    await expect.poll(() => host.user.texts('players')).toEqual(['Ann\nBob\nCy'])
    const dee = createQuizPlayer(await openUser({ name: 'Dee', before: setClockAhead }), 'Dee')
    await dee.open(link)

    await host.start()
    for (const one of [host, ann, bob, cy]) await one.waitForQuestion('Which planet is the largest?')
    allowLostConnections()
    await Promise.all([
      (async () => {
        await ann.choose('Jupiter')
        await ann.waitForLock()
        await ann.page.reload()
        await ann.waitForQuestion('Which planet is the largest?')
        await ann.waitForLock()
        await ann.page.getByRole('button', { name: /Jupiter/, pressed: true }).waitFor()
        // Shown for the three seconds between two questions.
        await ann.waitForOutcome('right')
      })(),
      (async () => {
        await bob.user.context.setOffline(true)
        await bob.user.waitForConnection('lost')
        await bob.choose('Mars')
        await bob.user.waitForText('A is sent as soon as the connection is back.')
        await bob.user.context.setOffline(false)
        await bob.user.waitForConnection('connected')
      })(),
      host.waitForAnswers(1),
      cy.waitForOutcome('none'),
    ])

    for (const one of [host, ann, bob, cy]) await one.waitForQuestion('How many legs has a spider?')
    await cy.user.context.setOffline(true)
    await Promise.all([
      (async () => {
        await dee.enter()
        await dee.waitForQuestion('How many legs has a spider?')
        await dee.choose('8')
        await dee.waitForLock()
        await dee.waitForOutcome('right')
      })(),
      (async () => {
        await ann.choose('6')
        await ann.waitForOutcome('wrong')
      })(),
      bob.choose('8'),
      cy.choose('8'),
    ])
    await cy.user.context.setOffline(false)
    await cy.user.waitForConnection('connected')

    for (const one of [host, ann, bob, cy, dee]) await one.waitForQuestion('What is the capital of Peru?')
    await Promise.all([host.waitForAnswers(4), ...[ann, bob, cy, dee].map((one) => one.choose('Lima'))])

    const everybody = [host, ann, bob, cy, dee]
    for (const one of everybody) await one.waitForEnd()
    const names = ['Ann', 'Bob', 'Cy', 'Dee']
    await expect.poll(async () => new Set(namesIn(await host.table()))).toEqual(new Set(names))
    const hostTable = await host.table()
    expect(hostTable).toHaveLength(4)
    for (const one of [ann, bob, cy, dee]) await expect.poll(one.table).toEqual(hostTable)
    const pointsOf = (name: string) =>
      Number(
        hostTable
          .find((row) => row.includes(name))
          ?.split(' ')
          .at(-1)
          ?.replaceAll(',', ''),
      )
    // Two right answers score 1 000 to 2 000, one scores 500 to 1 000; Cy's second answer was late.
    for (const name of ['Ann', 'Dee']) expect(pointsOf(name)).toBeGreaterThanOrEqual(1_000)
    expect(pointsOf('Cy')).toBeGreaterThanOrEqual(500)
    expect(pointsOf('Cy')).toBeLessThanOrEqual(1_000)
  })

  it('sends the right answer to no player before its question closes', async () => {
    const host = await openHost()
    const link = await host.open({ isPrivate: true })
    const canaries = `Is the first canary shown? (12 s)
- no-1
* yes-1

canary-question (1 s)
- canary-choice
* canary-other`
    await host.paste(canaries)
    await host.openLobby()
    const user = await openUser({ name: 'Ann' })
    const frames = framesOf(user.page)
    const ann = createQuizPlayer(user, 'Ann')
    await ann.openAndEnter(link)
    await host.waitForPlayers(1)
    await host.start()
    await ann.waitForQuestion('Is the first canary shown?')
    await ann.choose('no-1')
    await ann.waitForLock()
    const known = await ann.page.evaluate(() =>
      [
        document.documentElement.outerHTML,
        ...Object.values(localStorage),
        ...Object.values(sessionStorage),
      ].join(),
    )
    const receivedEvents = [...frames].join()
    await ann.waitForOutcome('wrong')
    // Only frames before the question closed count: afterwards the answer is public.
    expect(receivedEvents).toContain('Is the first canary shown?')
    expect(receivedEvents).toContain('telequiz.answered')
    expect(receivedEvents).not.toContain('telequiz.closed')
    expect(receivedEvents).not.toContain('canary-')
    expect(receivedEvents).not.toMatch(/"answer":\d|"secret"/)
    expect(known).not.toContain('canary-')
    expect(frames.join()).toMatch(/telequiz\.closed[^}]*"answer":1/)
    await ann.waitForQuestion('canary-question')
    expect(frames.join()).toContain('canary-other')
  })

  it('continues when the server is killed and restarted during a question', async () => {
    const host = await openHost()
    const link = await host.open()
    await host.paste(twoQuestions)
    await host.openLobby()
    const [ann, bob] = [await openPlayer('Ann', link), await openPlayer('Bob', link)]
    await host.waitForPlayers(2)
    await host.start()
    await ann.waitForQuestion('Which planet is the largest?')
    await ann.choose('Jupiter')
    await ann.waitForLock()
    allowLostConnections()
    await server().end('SIGKILL')
    for (const one of [host, ann, bob]) await one.user.waitForConnection('lost')
    await server().start()
    for (const one of [host, ann, bob]) await one.user.waitForConnection('connected')
    for (const one of [host, ann, bob]) await one.waitForQuestion('How many legs has a spider?')
    await Promise.all([ann.choose('8'), bob.choose('6')])
    for (const one of [host, ann, bob]) await one.waitForEnd()
    await expect.poll(async () => namesIn(await host.table())).toEqual(['Ann', 'Bob'])
    const hostTable = await host.table()
    expect(Number(hostTable[0]?.split(' ').at(-1)?.replaceAll(',', ''))).toBeGreaterThanOrEqual(1_000)
    expect(hostTable[1]).toBe('2 Bob 0')
    for (const one of [ann, bob]) await expect.poll(one.table).toEqual(hostTable)
  })
})

const namesIn = (table: ReadonlyArray<string>): ReadonlyArray<string | undefined> =>
  table.map((row) => row.split(' ')[1])
