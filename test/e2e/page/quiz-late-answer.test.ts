import { expect, it } from 'vitest'
import { describeInBrowser } from './browser-suite.js'
import { createQuizHost, createQuizPlayer } from './quiz-users.js'

const questions = `Which planet is the largest? (12 s)
- Mars
* Jupiter

How many legs has a spider? (60 s)
- 6
* 8`

describeInBrowser('a quiz player whose answer arrives late', ({ openUser, server, allowLostConnections }) => {
  it('reads so while the next question is open, and answers that one', async () => {
    const host = createQuizHost(await openUser({ name: 'Host' }), server().url)
    const link = await host.open()
    await host.paste(questions)
    await host.openLobby()
    const ann = createQuizPlayer(await openUser({ name: 'Ann' }), 'Ann')
    await ann.openAndEnter(link)
    await host.waitForPlayers(1)
    await host.start()
    await ann.waitForQuestion('Which planet is the largest?')
    allowLostConnections()
    await ann.user.context.setOffline(true)
    await ann.user.waitForConnection('lost')
    await ann.choose('Jupiter')
    await host.waitForQuestion('How many legs has a spider?')
    await ann.user.context.setOffline(false)
    await ann.waitForQuestion('How many legs has a spider?')
    const late = 'Too late: question 1 had closed, and your answer to it does not count.'
    await ann.page.getByTestId('late-answer').getByText(late).waitFor()
    await expect.poll(async () => (await ann.user.announcements()).at(-1)).toContain(late)
    await ann.choose('8')
    await ann.waitForLock()
    await ann.page.getByTestId('late-answer').waitFor({ state: 'detached' })
  })
})
