import { expect, it } from 'vitest'
import { expectAccessibleNames, expectToFit } from './accessibility.js'
import { expectMotion, refuseDevices, smallStillWindow, useSmallVideo } from './caller.js'
import { describeInBrowser, type BrowserFixture } from './browser-suite.js'
import type { BrowserUser, BrowserUserOptions } from './browser-user.js'

const userFactory =
  ({ openUser }: BrowserFixture) =>
  (name: string, browser: BrowserUserOptions['browser'] = smallStillWindow): Promise<BrowserUser> =>
    openUser({ name, browser, before: useSmallVideo })

const isMuted = ({ page }: BrowserUser): Promise<boolean> =>
  page.locator('audio').evaluate((audio) => 'muted' in audio && audio.muted === true)

const broadcastOn = ({ page }: BrowserUser) => page.getByTestId('broadcast')

describeInBrowser('the video of a leader', (fixture) => {
  const openPerson = userFactory(fixture)

  it('reaches current and late viewers while the draw continues', async () => {
    const lea = await openPerson('Lea')
    await lea.lead('live')
    await lea.addNames(['Ann', 'Bob', 'Cléo'])
    const mia = await openPerson('Mia')
    await mia.watch('live')
    expect(await broadcastOn(mia).count()).toBe(0)

    await lea.button('Turn the camera on').click()
    await lea.button('Turn the microphone on').click()
    await expectMotion(broadcastOn(mia))
    await lea.waitForText('One viewer sees it.')
    const late = await openPerson('Noor', {
      viewport: { width: 320, height: 640 },
      isMobile: true,
      hasTouch: true,
    })
    await late.watch('live')
    await expectMotion(broadcastOn(late))
    await lea.waitForText('2 viewers see it.')

    await mia.button('Mute the leader').click()
    await expect.poll(() => isMuted(mia)).toBe(true)
    await mia.button('Hear the leader').click()
    await expect.poll(() => isMuted(mia)).toBe(false)
    await expectAccessibleNames(lea.page)
    await expectAccessibleNames(late.page)
    await expectToFit(late.page, 320)

    await lea.start()
    const winners = [await lea.waitForWinner(), await mia.waitForWinner(), await late.waitForWinner()]
    expect(new Set(winners).size).toBe(1)
    await expectMotion(broadcastOn(mia))

    await lea.button('Show your screen').click()
    await mia.page.getByLabel('The screen of the leader').waitFor()
    await lea.button('Stop showing your screen').click()
    await lea.button('Turn the camera off').click()
    await mia.waitForText('The leader is talking.')
    await lea.button('Turn the microphone off').click()
    for (const viewer of [mia, late]) await broadcastOn(viewer).waitFor({ state: 'detached' })
  })

  it('ends when the leader leaves and is replaced by that of the next leader', async () => {
    const [lea, mia, noor] = [await openPerson('Lea'), await openPerson('Mia'), await openPerson('Noor')]
    await lea.lead('handed-on')
    for (const viewer of [mia, noor]) await viewer.watch('handed-on')
    await lea.button('Turn the camera on').click()
    for (const viewer of [mia, noor]) await broadcastOn(viewer).locator('video').waitFor()
    await lea.button('Leave the room').click()
    for (const viewer of [mia, noor]) await broadcastOn(viewer).waitFor({ state: 'detached' })
    await mia.button('Take the lead').click()
    await mia.button('Turn the camera on').click()
    await expectMotion(broadcastOn(noor))
  })

  it('tells the leader why a refused camera is off, and the draw continues', async () => {
    const lea = await openPerson('Lea')
    await refuseDevices(lea.page, ['camera'])
    await lea.lead('unseen')
    await lea.button('Turn the camera on').click()
    await lea.waitForText(/^The camera is not allowed on this page\..* The draw goes on without\.$/)
    await lea.addNames(['Ann'])
    await lea.start()
    expect(await lea.waitForWinner()).toBe('Ann')
  })
})
