import { expect, it } from 'vitest'
import { hasNamesForAll } from './access.js'
import { caller, fakeDevices, keepConnections, showsMotion } from './caller.js'
import { inChromium } from './in-chromium.js'

inChromium(
  'who has no camera in a call',
  ({ comes, server }) => {
    const calls = async (name: string, permissions: ReadonlyArray<string>) =>
      caller(
        await comes({ name, browser: { permissions: [...permissions] }, before: keepConnections }),
        server().url,
        name,
      )

    it('is told why, and sees and hears the others all the same', async () => {
      const lea = await calls('Lea', ['camera', 'microphone'])
      await lea.joins('shy')
      const mia = await calls('Mia', [])
      await mia.opens('shy')
      await mia.person.sees(/^Camera and microphone are not allowed on this page\./)
      await hasNamesForAll(mia.page)
      await mia.enters()
      await mia.person.sees(/You see and hear the others all the same\.$/)
      await mia.seesOthers(1)
      await mia.seesMoving(1)
      await showsMotion(mia.tile('Lea'))
      await mia.page.locator('[data-kind=peer][data-talks=true]').waitFor()
      await lea.seesOthers(1)
      await lea.tile('Mia').getByLabel('Muted').waitFor()
      await lea.tile('Mia').locator('.face').waitFor()
    })

    it('meets another without one, and both see who is there', async () => {
      const [one, other] = [await calls('Ann', []), await calls('Bob', [])]
      await one.joins('both-shy')
      await other.joins('both-shy')
      for (const each of [one, other]) await each.seesOthers(1)
    })

    it('has only one of the two, and the other is used', async () => {
      const lea = await calls('Lea', ['camera', 'microphone'])
      await lea.joins('half')
      const mia = await calls('Mia', ['microphone'])
      await mia.opens('half')
      await mia.person.sees('The camera is not allowed on this page.')
      await mia.enters()
      await lea.seesOthers(1)
      await lea.page.locator('[data-kind=peer][data-talks=true]').waitFor()
      await lea.tile('Mia').locator('.face').waitFor()
    })

    it('is on a page without HTTPS, where browsers have no devices at all', async () => {
      const lea = await calls('Lea', ['camera', 'microphone'])
      await lea.joins('plain')
      const phone = await calls('Phone', [])
      await phone.person.context.addInitScript(() => {
        Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })
        Object.defineProperty(Crypto.prototype, 'randomUUID', { get: () => undefined })
      })
      await phone.opens('plain')
      await phone.person.sees(/only to pages on HTTPS/)
      await phone.enters()
      await phone.seesMoving(1)
      expect(await phone.button('Show your screen').count()).toBe(0)
    })
  },
  {},
  fakeDevices,
)
