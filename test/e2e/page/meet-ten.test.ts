import { it } from 'vitest'
import { caller, filmSmall, keepConnections, type Caller } from './caller.js'
import { inChromium } from './in-chromium.js'

const names = ['Ada', 'Ben', 'Cléo', 'Dan', 'Eva', 'Finn', 'Gil', 'Hana', 'Ivo', 'Jo']

inChromium(
  'a call of ten',
  ({ comes, server }) => {
    it(
      'has everybody see everybody move, and an eleventh is told that it is full',
      { timeout: 300_000 },
      async () => {
        const callers: Array<Caller> = []
        for (const name of [...names, 'Kim']) {
          const browser = { viewport: { width: 400, height: 480 }, reducedMotion: 'reduce' as const }
          const person = await comes({ name, browser, before: keepConnections })
          await person.context.addInitScript(filmSmall)
          person.context.setDefaultTimeout(120_000)
          callers.push(caller(person, server().url, name))
        }
        const [eleventh, ...ten] = callers.toReversed()
        for (const one of ten) {
          await one.joins('ten')
          // One after another: two cores have enough to do with one who comes.
          await one.seesOthers(ten.indexOf(one))
        }
        for (const one of ten) {
          await one.seesOthers(9)
          await one.seesMoving(9)
        }
        await eleventh?.joins('ten')
        await eleventh?.person.sees(/^This call is full/)
        for (const one of ten) await one.page.getByTestId('people-count').getByText('10').waitFor()
      },
    )
  },
  { RATE_LIMIT: 'off' },
)
