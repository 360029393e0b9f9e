import { expect, it } from 'vitest'
import { hasNamesForAll, fitsInto } from './access.js'
import { fakeDevices, filmModestly, showsMotion } from './caller.js'
import { inChromium, type Venue } from './in-chromium.js'
import type { Person, PersonOptions } from './person.js'

const peopleAt =
  ({ comes }: Venue) =>
  (name: string, browser: PersonOptions['browser'] = {}): Promise<Person> =>
    comes({ name, browser, before: filmModestly })

const isMuted = ({ page }: Person): Promise<boolean> =>
  page.locator('audio').evaluate((audio) => 'muted' in audio && audio.muted === true)

const broadcastOn = ({ page }: Person) => page.getByTestId('broadcast')

inChromium('a leader who is seen', (venue) => {
  const people = peopleAt(venue)

  it('reaches those who watch, and who comes late, while the draw goes on below', async () => {
    const lea = await people('Lea')
    await lea.leads('live')
    await lea.adds(['Ann', 'Bob', 'Cléo'])
    const mia = await people('Mia')
    await mia.watches('live')
    expect(await broadcastOn(mia).count()).toBe(0)

    await lea.button('Turn the camera on').click()
    await lea.button('Turn the microphone on').click()
    await showsMotion(broadcastOn(mia))
    await lea.sees('One viewer sees it.')
    const late = await people('Noor', {
      viewport: { width: 320, height: 640 },
      isMobile: true,
      hasTouch: true,
    })
    await late.watches('live')
    await showsMotion(broadcastOn(late))
    await lea.sees('2 viewers see it.')

    await mia.button('Mute the leader').click()
    await expect.poll(() => isMuted(mia)).toBe(true)
    await mia.button('Hear the leader').click()
    await expect.poll(() => isMuted(mia)).toBe(false)
    await hasNamesForAll(lea.page)
    await hasNamesForAll(late.page)
    await fitsInto(late.page, 320)

    await lea.starts()
    const winners = [await lea.seesWinner(), await mia.seesWinner(), await late.seesWinner()]
    expect(new Set(winners).size).toBe(1)
    await showsMotion(broadcastOn(mia))

    await lea.button('Show your screen').click()
    await mia.page.getByLabel('The screen of the leader').waitFor()
    await lea.button('Stop showing your screen').click()
    await lea.button('Turn the camera off').click()
    await mia.sees('The leader is talking.')
    await lea.button('Turn the microphone off').click()
    for (const viewer of [mia, late]) await broadcastOn(viewer).waitFor({ state: 'detached' })
  })

  it('is seen no more once they have left, and whoever leads next shows something else', async () => {
    const [lea, mia, noor] = [await people('Lea'), await people('Mia'), await people('Noor')]
    await lea.leads('handed-on')
    for (const viewer of [mia, noor]) await viewer.watches('handed-on')
    await lea.button('Turn the camera on').click()
    for (const viewer of [mia, noor]) await broadcastOn(viewer).locator('video').waitFor()
    await lea.button('Leave the room').click()
    for (const viewer of [mia, noor]) await broadcastOn(viewer).waitFor({ state: 'detached' })
    await mia.button('Take the lead').click()
    await mia.button('Turn the camera on').click()
    await showsMotion(broadcastOn(noor))
  })
})

inChromium(
  'a leader without a camera',
  (venue) => {
    it('is told so, and leads all the same', async () => {
      const lea = await peopleAt(venue)('Lea')
      await lea.leads('unseen')
      await lea.button('Turn the camera on').click()
      await lea.sees(/^The camera is not allowed on this page\..* The draw goes on without\.$/)
      await lea.adds(['Ann'])
      await lea.starts()
      expect(await lea.seesWinner()).toBe('Ann')
    })
  },
  {},
  fakeDevices,
)
