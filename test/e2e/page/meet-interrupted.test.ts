import { expect, it } from 'vitest'
import { caller, filmModestly, keepConnections, type Caller } from './caller.js'
import { inChromium } from './in-chromium.js'
import { udpDetour, type UdpDetour } from './udp-detour.js'

inChromium('a call that is interrupted', ({ comes, server, losesConnections }) => {
  const calls = async (name: string, detour?: UdpDetour): Promise<Caller> => {
    const person = await comes({ name, before: keepConnections })
    await person.context.addInitScript(filmModestly)
    await detour?.of(person.context)
    return caller(person, server().url, name)
  }

  const connected = async (code: string, detour?: UdpDetour): Promise<[Caller, Caller]> => {
    const [lea, mia] = [await calls('Lea', detour), await calls('Mia', detour)]
    await lea.joins(code)
    await mia.joins(code)
    for (const one of [lea, mia]) {
      await one.seesOthers(1)
      await one.seesMoving(1)
    }
    return [lea, mia]
  }

  const connectionsOf = ({ page }: Caller): Promise<number> =>
    page.evaluate(() => window.connections?.length ?? 0)

  const peersOf = ({ page }: Caller): Promise<ReadonlyArray<string | null>> =>
    page
      .locator('[data-testid=tile]')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-peer')))

  it('goes on without the server, and is the same call when the server is heard again', async () => {
    const [lea, mia] = await connected('cut-off')
    const before = [await peersOf(lea), await peersOf(mia)]
    losesConnections()
    await mia.person.context.setOffline(true)
    await mia.person.seesConnection('lost')
    for (const one of [lea, mia]) await one.seesMoving(1)
    await mia.person.context.setOffline(false)
    await mia.person.seesConnection('connected')
    for (const one of [lea, mia]) {
      await one.seesOthers(1)
      await one.seesMoving(1)
      expect(await connectionsOf(one)).toBe(1)
      expect(await one.person.heard('peer:left')).toEqual([])
    }
    expect([await peersOf(lea), await peersOf(mia)]).toEqual(before)

    // What is negotiated from here on finds its way, too.
    await mia.button('Show your screen').click()
    await lea.tile('Screen of Mia').waitFor()
  })

  it('goes on when the server is killed, and is found again by the one that is started after it', async () => {
    const [lea, mia] = await connected('killed')
    losesConnections()
    await server().end('SIGKILL')
    for (const one of [lea, mia]) {
      await one.person.seesConnection('lost')
      await one.seesMoving(1)
    }
    await server().start()
    for (const one of [lea, mia]) {
      await one.person.seesConnection('connected')
      await one.seesOthers(1)
      await one.seesMoving(1)
      expect(await connectionsOf(one)).toBe(1)
    }
    const noor = await calls('Noor')
    await noor.joins('killed')
    for (const one of [lea, mia, noor]) await one.seesOthers(2)
  })

  it('finds a new way when the old one is cut for good', async () => {
    const detour = udpDetour()
    try {
      const [lea, mia] = await connected('new-way', detour)
      expect(detour.packets()).toBeGreaterThan(20)
      const ufragOf = ({ page }: Caller): Promise<string | undefined> =>
        page.evaluate(
          () => /a=ice-ufrag:(\S+)/.exec(window.connections?.[0]?.localDescription?.sdp ?? '')?.[1],
        )
      const before = [await ufragOf(lea), await ufragOf(mia)]
      // For a moment only: the other way may be found before somebody looks a second time.
      const noticed = Promise.all([
        lea.page.locator('[data-kind=peer][data-connection=interrupted]').waitFor(),
        lea.person.sees('Connection lost, coming back …'),
      ])
      detour.cut()
      await noticed
      for (const one of [lea, mia]) {
        await one.seesOthers(1)
        await one.seesMoving(1)
        expect(await connectionsOf(one)).toBe(1)
      }
      const after = [await ufragOf(lea), await ufragOf(mia)]
      expect(after[0]).not.toBe(before[0])
      expect(after[1]).not.toBe(before[1])
    } finally {
      detour.end()
    }
  })
})
