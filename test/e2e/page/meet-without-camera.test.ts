import { expect, it } from 'vitest'
import { expectAccessibleNames } from './accessibility.js'
import {
  createCaller,
  expectMotion,
  recordConnections,
  refuseDevices,
  smallStillWindow,
  useSmallVideo,
  type Caller,
} from './caller.js'
import { describeInBrowser } from './browser-suite.js'

describeInBrowser('a caller without a camera', ({ openUser, server }) => {
  const openCaller = async (
    name: string,
    refused: ReadonlyArray<'camera' | 'microphone'> = [],
  ): Promise<Caller> => {
    const user = await openUser({ name, browser: smallStillWindow, before: recordConnections })
    await user.context.addInitScript(useSmallVideo)
    if (refused.length > 0) await refuseDevices(user.page, refused)
    return createCaller(user, server().url, name)
  }

  it('reads why, and sees and hears the others', async () => {
    const lea = await openCaller('Lea')
    await lea.join('shy')
    const mia = await openCaller('Mia', ['camera', 'microphone'])
    await mia.open('shy')
    await mia.user.waitForText(/^Camera and microphone are not allowed on this page\./)
    await expectAccessibleNames(mia.page)
    await mia.enter()
    await mia.user.waitForText(/You see and hear the others all the same\.$/)
    await mia.waitForPeers(1)
    await mia.waitForVideo(1)
    await expectMotion(mia.tile('Lea'))
    await mia.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    await lea.waitForPeers(1)
    await lea.tile('Mia').getByLabel('Muted').waitFor()
    await lea.tile('Mia').locator('.face').waitFor()
  })

  it('meets another without a camera, and both see each other listed', async () => {
    const [one, other] = [
      await openCaller('Ann', ['camera', 'microphone']),
      await openCaller('Bob', ['camera', 'microphone']),
    ]
    await one.join('both-shy')
    await other.join('both-shy')
    for (const each of [one, other]) await each.waitForPeers(1)
  })

  it('is heard when only the microphone is allowed', async () => {
    const lea = await openCaller('Lea')
    await lea.join('half')
    const mia = await openCaller('Mia', ['camera'])
    await mia.open('half')
    await mia.user.waitForText('The camera is not allowed on this page.')
    await mia.enter()
    await lea.waitForPeers(1)
    await lea.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    await lea.tile('Mia').locator('.face').waitFor()
  })

  it('sees the others on a page without HTTPS, where browsers offer no devices', async () => {
    const lea = await openCaller('Lea')
    await lea.join('plain')
    const phone = await openCaller('Phone')
    await phone.user.context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'mediaDevices', { get: () => undefined })
      Object.defineProperty(Crypto.prototype, 'randomUUID', { get: () => undefined })
    })
    await phone.open('plain')
    await phone.user.waitForText(/only to pages on HTTPS/)
    await phone.enter()
    await phone.waitForVideo(1)
    expect(await phone.button('Show your screen').count()).toBe(0)
  })
})
