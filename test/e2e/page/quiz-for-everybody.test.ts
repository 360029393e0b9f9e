import { expect, it } from 'vitest'
import { focusedOn, unnamedOn } from './access.js'
import { focusComesTo, focusIsOn } from './focus.js'
import { inChromium } from './in-chromium.js'
import { quizHost, quizPlayer } from './quizzer.js'

inChromium('a quiz', ({ comes, server }) => {
  it('needs no mouse: neither to be written and hosted, nor to be played', { timeout: 120_000 }, async () => {
    const host = await comes({ name: 'host' })
    const { keyboard } = host.page
    await host.page.goto(`${server().url}/quiz`)
    await focusComesTo(host, 'Host a quiz')
    await keyboard.press('Enter')
    await host.page.waitForURL(/\?host/)
    await host.seesConnection('connected')
    await focusComesTo(host, 'Add a question')
    await keyboard.press('Enter')
    await focusIsOn(host, 'Question 1')
    await keyboard.type('Ready?')
    await keyboard.press('Tab')
    // Nothing is marked yet, so the first of the group has the focus; the arrow goes on and marks.
    await keyboard.press('ArrowDown')
    await host.page.getByRole('radio', { name: 'Choice B is right', checked: true }).waitFor()
    await focusComesTo(host, 'Choice A', 'Shift+Tab')
    await keyboard.type('No')
    await focusComesTo(host, 'Choice B')
    await keyboard.type('Yes')
    await focusComesTo(host, 'Seconds to answer')
    await keyboard.press('ControlOrMeta+A')
    await keyboard.type('10')
    await host.sees('1 question, about 10 seconds.')

    await focusComesTo(host, 'Add a question')
    await keyboard.press('Enter')
    await focusIsOn(host, 'Question 2')
    await keyboard.type('Unwanted')
    await host.sees('Question 2: Write choice 1, or remove it.')
    await focusComesTo(host, 'Move question 2 up', 'Shift+Tab')
    await keyboard.press('Enter')
    await host.page.getByTestId('question-card').first().getByText('Unwanted').first().waitFor()
    await focusComesTo(host, 'Delete question 1')
    await keyboard.press('Enter')
    await focusIsOn(host, 'Add a question')
    await host.sees('1 question, about 10 seconds.')
    await focusComesTo(host, 'Let people in')
    await keyboard.press('Enter')
    await host.page.getByTestId('qr').waitFor()

    const player = await comes({ name: 'Ann' })
    await player.page.goto(host.page.url().replace('?host', ''))
    await focusComesTo(player, 'Your name')
    await player.page.keyboard.type('Ann')
    await player.page.keyboard.press('Enter')
    await host.sees('1 player is here')
    await focusComesTo(host, 'Start the quiz')
    await keyboard.press('Enter')

    await focusIsOn(player, 'Ready?')
    await focusIsOn(host, 'Ready?')
    await player.page.keyboard.press('Tab')
    expect(await focusedOn(player.page)).toMatch(/No$/)
    await player.page.keyboard.press('b')
    await player.sees('B is locked in. Wait for the others.')
    await player.sees('Right!')
    await host.page.locator('.podium').waitFor()
    await focusComesTo(host, 'Another round')
    await keyboard.press('Enter')
    await host.sees('1 question, about 10 seconds.')
  })

  it(
    'gives a screen reader a name for everything, and says what happens once',
    { timeout: 120_000 },
    async () => {
      const host = quizHost(await comes({ name: 'host' }), server().url)
      await host.page.goto(`${server().url}/quiz`)
      expect(await unnamedOn(host.page)).toEqual([])
      const link = await host.opens()
      await host.person.button('Add a question').click()
      expect(await unnamedOn(host.page)).toEqual([])
      await host.person.button('Delete question 1').click()
      await host.person.button('Paste or open a file').click()
      await host.page.getByRole('dialog').waitFor()
      expect(await unnamedOn(host.page)).toEqual([])
      await host.page.keyboard.press('Escape')
      await host.page.getByRole('dialog').waitFor({ state: 'hidden' })
      await host.pastes('Ready? (10 s)\n- No\n* Yes')
      await host.letsIn()
      expect(await unnamedOn(host.page)).toEqual([])

      const ann = quizPlayer(await comes({ name: 'Ann' }), 'Ann')
      await ann.page.goto(link)
      expect(await unnamedOn(ann.page)).toEqual([])
      await ann.comesIn(link)
      expect(await unnamedOn(ann.page)).toEqual([])
      await host.seesPlayers(1)
      const before = (await ann.person.announced()).length
      await host.starts()
      await ann.seesQuestion('Ready?')
      for (const one of [host, ann]) expect(await unnamedOn(one.page)).toEqual([])
      await ann.chooses('Yes')
      await ann.seesTheEnd()
      for (const one of [host, ann]) expect(await unnamedOn(one.page)).toEqual([])
      const said = (await ann.person.announced()).slice(before)
      expect(said[0]).toBe('Question 1 of 1: Ready? 2 choices, 10 seconds.')
      expect(said[1]).toBe('Your answer B is locked in.')
      expect(said.filter((words) => /^Right! \d+ points/.test(words))).not.toEqual([])
      expect(said.at(-1)).toMatch(/^The quiz is over\. You are 1st with [\d,]+ points\.$/)
      // The clock ticks for the eyes alone; closing and counting are two messages, which may be one.
      expect(said.length).toBeLessThanOrEqual(5)
    },
  )

  it('says in which line a list is wrong, takes the rest, and keeps the questions over a reload', async () => {
    const host = quizHost(await comes({ name: 'host' }), server().url)
    await host.opens()
    await host.person.button('Paste or open a file').click()
    const dialog = host.page.getByTestId('import-dialog')
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'quiz.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Who?\n* me\n* you\n\nWhen?\n* now\n- then'),
    })
    await dialog.getByText('Line 3:').waitFor()
    await dialog.getByText('A second choice is marked as right. Only one can have the *.').waitFor()
    await dialog.getByRole('button', { name: 'Add 1 question' }).click()
    await host.person.sees('1 question, about 20 seconds.')
    await host.page.reload()
    await host.person.sees('1 question, about 20 seconds.')
    await host.page.getByRole('button', { name: /When\?/ }).click()
    await host.page.getByRole('textbox', { name: 'Question 1' }).fill('When, then?')
    await host.page.reload()
    await host.page.getByText('When, then?').waitFor()
  })

  it('tells in words what stands in the way, and how to go on', async () => {
    const lost = quizPlayer(await comes({ name: 'Lost' }), 'Lost')
    await lost.comesIn(`${server().url}/quiz/no-such-quiz`)
    await lost.person.sees('There is no quiz with this code. Check it with whoever gave it to you.')

    const host = quizHost(await comes({ name: 'host' }), server().url)
    const link = await host.opens({ isPrivate: true })
    expect(link).toMatch(/#token=/)
    const stranger = quizPlayer(await comes({ name: 'Stranger' }), 'Stranger')
    await stranger.comesIn(link.replace(/#.*/, ''))
    await stranger.person.sees(/^This quiz is private/)
    const other = await comes({ name: 'other' })
    await other.page.goto(link.replace('#', '?host#'))
    await other.sees('Somebody else hosts the quiz in this room.')
    await other.page.goto(`${server().url}/quiz/not%20a%20code`)
    await other.sees('A code is 1 to 32 letters, digits and dashes, without spaces.')
  })
})
