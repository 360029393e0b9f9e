import { expect, it } from 'vitest'
import { hasNamesForAll, fitsInto } from './access.js'
import { caller, filmModestly, keepConnections, showsMotion, type Caller } from './caller.js'
import { focusComesTo, focusIsOn } from './focus.js'
import { inChromium, type Venue } from './in-chromium.js'
import type { PersonOptions } from './person.js'

const callersAt =
  ({ comes, server }: Venue) =>
  async (name: string, browser: PersonOptions['browser'] = {}): Promise<Caller> => {
    const person = await comes({ name, browser, before: keepConnections })
    await person.context.addInitScript(filmModestly)
    return caller(person, server().url, name)
  }

inChromium('people in a call', (venue) => {
  const calls = callersAt(venue)

  it('see each other move, under their names, and hear who talks', async () => {
    const lea = await calls('Lea')
    await lea.joins('two')
    await lea.person.sees('Nobody else is here yet.')
    const mia = await calls('Mia')
    await mia.joins('two')
    for (const [one, other] of [
      [lea, 'Mia'],
      [mia, 'Lea'],
    ] as const) {
      await one.seesOthers(1)
      await one.seesMoving(1)
      await showsMotion(one.tile(other))
      await one.page.locator('[data-kind=peer][data-talks=true]').waitFor()
    }
    await expect.poll(() => lea.page.title()).toBe('2 in two · Roomreel')

    const noor = await calls('Noor')
    await noor.joins('two')
    for (const one of [lea, mia, noor]) {
      await one.seesOthers(2)
      await one.seesMoving(2)
    }
    await expect
      .poll(async () => (await lea.person.announced()).filter((words) => words.includes('joined')))
      .toEqual(['Mia has joined.', 'Noor has joined.'])

    await noor.button('Leave the call').click()
    await noor.person.sees('You have left the call.')
    for (const one of [lea, mia]) await one.seesOthers(1)
    await expect.poll(lea.person.announced).toContain('Noor has left.')
    await expect
      .poll(() => noor.page.evaluate(() => window.connections?.map(({ signalingState }) => signalingState)))
      .toEqual(['closed', 'closed'])
  })

  it('mute and turn the camera off and on again, and the others see it', async () => {
    const lea = await calls('Lea')
    const mia = await calls('Mia')
    await lea.joins('turns')
    await mia.joins('turns')
    await mia.seesMoving(1)

    await lea.button('Mute').click()
    await mia.tile('Lea').getByLabel('Muted').waitFor()
    await lea.button('Turn the camera off').click()
    await mia.tile('Lea').locator('.face').waitFor()
    await mia.tile('Lea').locator('video').waitFor({ state: 'detached' })

    await lea.button('Unmute').click()
    await mia.tile('Lea').getByLabel('Muted').waitFor({ state: 'detached' })
    await lea.button('Turn the camera on').click()
    await showsMotion(mia.tile('Lea'))
  })

  it('show a screen beside their picture, and who comes late sees it as well', async () => {
    const lea = await calls('Lea')
    const mia = await calls('Mia')
    await lea.joins('shown')
    await mia.joins('shown')
    await mia.seesMoving(1)
    await lea.button('Show your screen').click()
    await lea.person.sees('You are showing your screen.')
    await showsMotion(mia.tile('Screen of Lea'))
    await showsMotion(mia.tile('Lea'))
    const late = await calls('Late')
    await late.joins('shown')
    await showsMotion(late.tile('Screen of Lea'))
    await lea.button('Stop showing your screen').click()
    for (const one of [mia, late]) await one.tile('Screen of Lea').waitFor({ state: 'detached' })
    await lea.button('Show your screen').click()
    await showsMotion(mia.tile('Screen of Lea'))
  })

  it('come by a code, by a link, or into a new room that only its link opens', async () => {
    const lea = await calls('Lea')
    await lea.page.goto(`${venue.server().url}/meet`)
    await hasNamesForAll(lea.page)
    await lea.page.getByRole('switch', { name: 'Private room' }).press('Space')
    await lea.button('New call').click()
    await lea.page.waitForURL(/\/meet\/[\w-]+#token=.{16,}$/)
    await lea.button('Join the call').click()
    await lea.person.seesConnection('connected')
    await lea.button('Copy the link').click()
    await lea.person.sees('Copied')
    const copied = await lea.page.evaluate(() => navigator.clipboard.readText())
    await lea.button('Invite somebody').click()
    const link = lea.page.url()
    expect(copied).toBe(link)
    await expect.poll(() => lea.page.getByRole('textbox', { name: 'Link' }).inputValue()).toBe(link)
    const code = lea.page.getByTestId('qr')
    await expect.poll(() => code.evaluate((qr) => ('value' in qr ? qr.value : null))).toBe(link)
    await lea.page.keyboard.press('Escape')

    const mia = await calls('Mia')
    await mia.page.goto(link)
    await mia.button('Join the call').click()
    await mia.seesOthers(1)
    const stranger = await calls('Stranger')
    await stranger.page.goto(`${venue.server().url}/meet`)
    await stranger.page.getByLabel('Code of the room, or its link').fill('not a code')
    await stranger.button('Join by code').click()
    await stranger.person.sees(/^A code is 1 to 32 letters/)
    await stranger.page.getByLabel('Code of the room, or its link').fill(link.replace(/#.*/, ''))
    await stranger.button('Join by code').click()
    await stranger.button('Join the call').click()
    await stranger.person.sees(/^This room is private/)
    await mia.seesOthers(1)
  })

  it('come as somebody new when they load the page again, and the others see nobody twice', async () => {
    const lea = await calls('Lea')
    const mia = await calls('Mia')
    await lea.joins('again')
    await mia.joins('again')
    await lea.seesOthers(1)
    await mia.page.reload()
    await mia.button('Join the call').click()
    for (const one of [lea, mia]) {
      await one.seesOthers(1)
      await one.seesMoving(1)
    }
  })

  it('need no mouse, and a screen reader finds a name for everything, on a phone as well', async () => {
    const widthPx = 320
    const lea = await calls('Wilhelmina von Hohenzollern-Sigmaringen', {
      viewport: { width: widthPx, height: 568 },
      isMobile: true,
      hasTouch: true,
    })
    const mia = await calls('Mia')
    await mia.joins('everybody')
    await lea.opens('everybody')
    const isUsable = async (): Promise<void> => {
      await hasNamesForAll(lea.page)
      await fitsInto(lea.page, widthPx)
    }
    await isUsable()
    await lea.page.getByLabel('Your name (optional)').press('Enter')
    await lea.seesOthers(1)
    await isUsable()
    for (const name of ['Mute', 'Turn the camera off', 'Invite people', 'Leave the call', 'Mute'])
      await focusComesTo(lea, name)
    await lea.page.keyboard.press('Enter')
    await mia.tile('Wilhelmina von Hohenzollern-Sigmaringen').getByLabel('Muted').waitFor()
    await focusIsOn(lea, 'Unmute')
    await lea.button('Invite people').press('Enter')
    await lea.page.getByRole('dialog').waitFor()
    await isUsable()
  })
})

inChromium(
  'a call that is full',
  (venue) => {
    const calls = callersAt(venue)

    it('says so to who comes next, and takes them in when somebody has left', async () => {
      const [lea, mia, noor] = [await calls('Lea'), await calls('Mia'), await calls('Noor')]
      await lea.joins('full')
      await mia.joins('full')
      await lea.seesOthers(1)
      await noor.joins('full')
      await noor.person.sees(/^This call is full/)
      await noor.person.sees(/There is a larger room on wss:\/\/sfu\.example/)
      await hasNamesForAll(noor.page)
      await noor.seesOthers(0)
      await lea.seesOthers(1)
      await mia.button('Leave the call').click()
      await lea.seesOthers(0)
      await noor.button('Try again').click()
      await noor.seesOthers(1)
      await noor.seesMoving(1)
    })
  },
  {
    MAX_PEERS: '2',
    LIVEKIT_URL: 'wss://sfu.example',
    LIVEKIT_API_KEY: 'a-key-for-this-test',
    LIVEKIT_API_SECRET: 'a-secret-for-this-test-of-more-than-32-characters',
  },
)
