import { it } from 'vitest'
import { createCaller, useTinyVideo, recordConnections, type Caller } from './caller.js'
import { describeInBrowser } from './browser-suite.js'

const names = ['Ada', 'Ben', 'Cléo', 'Dan', 'Eva', 'Finn', 'Gil', 'Hana', 'Ivo', 'Jo']

describeInBrowser(
  'a call of ten peers',
  ({ openUser, server }) => {
    it(
      'shows moving video of all peers to each other and tells an eleventh that the call is full',
      { timeout: 300_000 },
      async () => {
        const callers: Array<Caller> = []
        for (const name of [...names, 'Kim']) {
          const browser = { viewport: { width: 400, height: 480 }, reducedMotion: 'reduce' as const }
          const user = await openUser({ name, browser, before: recordConnections })
          await user.context.addInitScript(useTinyVideo)
          user.context.setDefaultTimeout(120_000)
          callers.push(createCaller(user, server().url, name))
        }
        const [eleventh, ...ten] = callers.toReversed()
        for (const one of ten) {
          await one.join('ten')
          // One after another, because each join loads both cores.
          await one.waitForPeers(ten.indexOf(one))
        }
        for (const one of ten) {
          await one.waitForPeers(9)
          await one.waitForVideo(9)
        }
        await eleventh?.join('ten')
        await eleventh?.user.waitForText(/^This call is full/)
        for (const one of ten) await one.page.getByTestId('people-count').getByText('10').waitFor()
      },
    )
  },
  { RATE_LIMIT: 'off' },
)
