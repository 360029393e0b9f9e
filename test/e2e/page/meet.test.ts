import { expect, it } from 'vitest'
import { expectAccessibleNames, expectToFit } from './accessibility.js'
import {
  createCaller,
  expectMotion,
  recordConnections,
  smallStillWindow,
  useSmallVideo,
  type Caller,
} from './caller.js'
import { moveFocusTo, expectFocus } from './focus.js'
import { describeInBrowser, type BrowserFixture } from './browser-suite.js'
import type { BrowserUserOptions } from './browser-user.js'

const callerFactory =
  ({ openUser, server }: BrowserFixture) =>
  async (name: string, browser: BrowserUserOptions['browser'] = smallStillWindow): Promise<Caller> => {
    const user = await openUser({ name, browser, before: recordConnections })
    await user.context.addInitScript(useSmallVideo)
    return createCaller(user, server().url, name)
  }

describeInBrowser('a call', (fixture) => {
  const openCaller = callerFactory(fixture)

  it('shows moving video under each name and marks who speaks', async () => {
    const lea = await openCaller('Lea')
    await lea.join('two')
    await lea.user.waitForText('Nobody else is here yet.')
    const mia = await openCaller('Mia')
    await mia.join('two')
    for (const [one, other] of [
      [lea, 'Mia'],
      [mia, 'Lea'],
    ] as const) {
      await one.waitForPeers(1)
      await one.waitForVideo(1)
      await expectMotion(one.tile(other))
      await one.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    }
    await expect.poll(() => lea.page.title()).toBe('2 in two · Roomreel')

    const noor = await openCaller('Noor')
    await noor.join('two')
    for (const one of [lea, mia, noor]) {
      await one.waitForPeers(2)
      await one.waitForVideo(2)
    }
    await expect
      .poll(async () => (await lea.user.announcements()).filter((words) => words.includes('joined')))
      .toEqual(['Mia has joined.', 'Noor has joined.'])

    await noor.button('Leave the call').click()
    await noor.user.waitForText('You have left the call.')
    for (const one of [lea, mia]) await one.waitForPeers(1)
    await expect.poll(lea.user.announcements).toContain('Noor has left.')
    await expect
      .poll(() => noor.page.evaluate(() => window.connections?.map(({ signalingState }) => signalingState)))
      .toEqual(['closed', 'closed'])
  })

  it('shows to the others that a caller mutes and turns the camera off and on', async () => {
    const lea = await openCaller('Lea')
    const mia = await openCaller('Mia')
    await lea.join('turns')
    await mia.join('turns')
    await mia.waitForVideo(1)

    await lea.button('Mute').click()
    await mia.tile('Lea').getByLabel('Muted').waitFor()
    await lea.button('Turn the camera off').click()
    await mia.tile('Lea').locator('.face').waitFor()
    await mia.tile('Lea').locator('video').waitFor({ state: 'detached' })

    await lea.button('Unmute').click()
    await mia.tile('Lea').getByLabel('Muted').waitFor({ state: 'detached' })
    await lea.button('Turn the camera on').click()
    await expectMotion(mia.tile('Lea'))
  })

  it('shows a shared screen beside the camera, also to a late caller', async () => {
    const lea = await openCaller('Lea')
    const mia = await openCaller('Mia')
    await lea.join('shown')
    await mia.join('shown')
    await mia.waitForVideo(1)
    await lea.button('Show your screen').click()
    await lea.user.waitForText('You are showing your screen.')
    await expectMotion(mia.tile('Screen of Lea'))
    await expectMotion(mia.tile('Lea'))
    const late = await openCaller('Late')
    await late.join('shown')
    await expectMotion(late.tile('Screen of Lea'))
    await lea.button('Stop showing your screen').click()
    for (const one of [mia, late]) await one.tile('Screen of Lea').waitFor({ state: 'detached' })
    await lea.button('Show your screen').click()
    await expectMotion(mia.tile('Screen of Lea'))
  })

  it('opens by a code, by a link, or as a private room by its full link only', async () => {
    const lea = await openCaller('Lea')
    await lea.page.goto(`${fixture.server().url}/meet`)
    await expectAccessibleNames(lea.page)
    await lea.page.getByRole('switch', { name: 'Private room' }).press('Space')
    await lea.button('New call').click()
    await lea.page.waitForURL(/\/meet\/[\w-]+#token=.{16,}$/)
    await lea.button('Join the call').click()
    await lea.user.waitForConnection('connected')
    await lea.button('Copy the link').click()
    await lea.user.waitForText('Copied')
    const copied = await lea.page.evaluate(() => navigator.clipboard.readText())
    await lea.button('Invite somebody').click()
    const link = lea.page.url()
    expect(copied).toBe(link)
    await expect.poll(() => lea.page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(link)
    const code = lea.page.getByTestId('qr')
    await expect.poll(() => code.evaluate((qr) => ('value' in qr ? qr.value : null))).toBe(link)
    await lea.page.keyboard.press('Escape')

    const mia = await openCaller('Mia')
    await mia.page.goto(link)
    await mia.button('Join the call').click()
    await mia.waitForPeers(1)
    const outsider = await openCaller('Stranger')
    await outsider.page.goto(`${fixture.server().url}/meet`)
    await outsider.page.getByLabel('Code of the room, or its link').fill('not a code')
    await outsider.button('Join by code').click()
    await outsider.user.waitForText(/^A code is 1 to 32 letters/)
    await outsider.page.getByLabel('Code of the room, or its link').fill(link.replace(/#.*/, ''))
    await outsider.button('Join by code').click()
    await outsider.button('Join the call').click()
    await outsider.user.waitForText(/^This room is private/)
    await mia.waitForPeers(1)
  })

  it('treats a caller who reloads the page as new and shows nobody twice', async () => {
    const lea = await openCaller('Lea')
    const mia = await openCaller('Mia')
    await lea.join('again')
    await mia.join('again')
    await lea.waitForPeers(1)
    await mia.page.reload()
    await mia.button('Join the call').click()
    for (const one of [lea, mia]) {
      await one.waitForPeers(1)
      await one.waitForVideo(1)
    }
  })

  it('supports keyboard and screen readers, also on a phone', async () => {
    const widthPx = 320
    const lea = await openCaller('Wilhelmina von Hohenzollern-Sigmaringen', {
      viewport: { width: widthPx, height: 568 },
      isMobile: true,
      hasTouch: true,
    })
    const mia = await openCaller('Mia')
    await mia.join('everybody')
    await lea.open('everybody')
    const expectUsable = async (): Promise<void> => {
      await expectAccessibleNames(lea.page)
      await expectToFit(lea.page, widthPx)
    }
    await expectUsable()
    await lea.page.getByLabel('Your name (optional)').press('Enter')
    await lea.waitForPeers(1)
    await expectUsable()
    for (const name of ['Mute', 'Turn the camera off', 'Invite people', 'Leave the call', 'Mute'])
      await moveFocusTo(lea, name)
    await lea.page.keyboard.press('Enter')
    await mia.tile('Wilhelmina von Hohenzollern-Sigmaringen').getByLabel('Muted').waitFor()
    await expectFocus(lea, 'Unmute')
    await lea.button('Invite people').press('Enter')
    await lea.page.getByRole('dialog').waitFor()
    await expectUsable()
  })
})

describeInBrowser(
  'a full call',
  (fixture) => {
    const openCaller = callerFactory(fixture)

    it('rejects the next caller with an explanation and admits them when somebody leaves', async () => {
      const [lea, mia, noor] = [await openCaller('Lea'), await openCaller('Mia'), await openCaller('Noor')]
      await lea.join('full')
      await mia.join('full')
      await lea.waitForPeers(1)
      await noor.join('full')
      await noor.user.waitForText(/^This call is full/)
      await noor.user.waitForText(/There is a larger room on wss:\/\/sfu\.example/)
      await expectAccessibleNames(noor.page)
      await noor.waitForPeers(0)
      await lea.waitForPeers(1)
      await mia.button('Leave the call').click()
      await lea.waitForPeers(0)
      await noor.button('Try again').click()
      await noor.waitForPeers(1)
      await noor.waitForVideo(1)
    })
  },
  {
    MAX_PEERS: '2',
    LIVEKIT_URL: 'wss://sfu.example',
    LIVEKIT_API_KEY: 'a-key-for-this-test',
    LIVEKIT_API_SECRET: 'a-secret-for-this-test-of-more-than-32-characters',
  },
)
