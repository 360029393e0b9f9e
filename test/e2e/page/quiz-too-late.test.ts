import { expect, it } from 'vitest'
import { inChromium } from './in-chromium.js'
import { quizHost, quizPlayer } from './quizzer.js'

const questions = `Which planet is the largest? (12 s)
- Mars
* Jupiter

How many legs has a spider? (60 s)
- 6
* 8`

inChromium('a player whose answer did not arrive in time', ({ comes, server, losesConnections }) => {
  it('reads so when the next question is open already, and answers that one', async () => {
    const host = quizHost(await comes({ name: 'Host' }), server().url)
    const link = await host.opens()
    await host.pastes(questions)
    await host.letsIn()
    const ann = quizPlayer(await comes({ name: 'Ann' }), 'Ann')
    await ann.comesIn(link)
    await host.seesPlayers(1)
    await host.starts()
    await ann.seesQuestion('Which planet is the largest?')
    losesConnections()
    await ann.person.context.setOffline(true)
    await ann.person.seesConnection('lost')
    await ann.chooses('Jupiter')
    await host.seesQuestion('How many legs has a spider?')
    await ann.person.context.setOffline(false)
    await ann.seesQuestion('How many legs has a spider?')
    const late = 'Too late: question 1 had closed, and your answer to it does not count.'
    await ann.page.getByTestId('late-answer').getByText(late).waitFor()
    await expect.poll(async () => (await ann.person.announced()).at(-1)).toContain(late)
    await ann.chooses('8')
    await ann.isLocked()
    await ann.page.getByTestId('late-answer').waitFor({ state: 'detached' })
  })
})
