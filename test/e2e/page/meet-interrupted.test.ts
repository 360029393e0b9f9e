import { expect, it } from 'vitest'
import { createCaller, recordConnections, smallStillWindow, useSmallVideo, type Caller } from './caller.js'
import { describeInBrowser } from './browser-suite.js'
import { createUdpRelay, type UdpRelay } from './udp-relay.js'

describeInBrowser('an interrupted call', ({ openUser, server, allowLostConnections }) => {
  const openCaller = async (name: string, relay?: UdpRelay): Promise<Caller> => {
    const user = await openUser({ name, browser: smallStillWindow, before: recordConnections })
    await user.context.addInitScript(useSmallVideo)
    await relay?.attachTo(user.context)
    return createCaller(user, server().url, name)
  }

  const connectTwo = async (code: string, relay?: UdpRelay): Promise<[Caller, Caller]> => {
    const [lea, mia] = [await openCaller('Lea', relay), await openCaller('Mia', relay)]
    await lea.join(code)
    await mia.join(code)
    for (const one of [lea, mia]) {
      await one.waitForPeers(1)
      await one.waitForVideo(1)
    }
    return [lea, mia]
  }

  const connectionsOf = ({ page }: Caller): Promise<number> =>
    page.evaluate(() => window.connections?.length ?? 0)

  const peersOf = ({ page }: Caller): Promise<ReadonlyArray<string | null>> =>
    page
      .locator('[data-testid=tile]')
      .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-peer')))

  it('continues without the server and stays the same call after the connection returns', async () => {
    const [lea, mia] = await connectTwo('cut-off')
    const before = [await peersOf(lea), await peersOf(mia)]
    allowLostConnections()
    await mia.user.context.setOffline(true)
    await mia.user.waitForConnection('lost')
    for (const one of [lea, mia]) await one.waitForVideo(1)
    await mia.user.context.setOffline(false)
    await mia.user.waitForConnection('connected')
    for (const one of [lea, mia]) {
      await one.waitForPeers(1)
      await one.waitForVideo(1)
      expect(await connectionsOf(one)).toBe(1)
      expect(await one.user.receivedEvents('peer:left')).toEqual([])
    }
    expect([await peersOf(lea), await peersOf(mia)]).toEqual(before)

    // Later negotiation works as well.
    await mia.button('Show your screen').click()
    await lea.tile('Screen of Mia').waitFor()
  })

  it('continues when the server is killed and is restored by the restarted server', async () => {
    const [lea, mia] = await connectTwo('killed')
    allowLostConnections()
    await server().end('SIGKILL')
    for (const one of [lea, mia]) {
      await one.user.waitForConnection('lost')
      await one.waitForVideo(1)
    }
    await server().start()
    for (const one of [lea, mia]) {
      await one.user.waitForConnection('connected')
      await one.waitForPeers(1)
      await one.waitForVideo(1)
      expect(await connectionsOf(one)).toBe(1)
    }
    const noor = await openCaller('Noor')
    await noor.join('killed')
    for (const one of [lea, mia, noor]) await one.waitForPeers(2)
  })

  it('finds a new network path when the old one breaks for good', async () => {
    const relay = createUdpRelay()
    try {
      const [lea, mia] = await connectTwo('new-way', relay)
      expect(relay.packets()).toBeGreaterThan(20)
      const ufragOf = ({ page }: Caller): Promise<string | undefined> =>
        page.evaluate(
          () => /a=ice-ufrag:(\S+)/.exec(window.connections?.[0]?.localDescription?.sdp ?? '')?.[1],
        )
      const before = [await ufragOf(lea), await ufragOf(mia)]
      // Shown only until the new path is found, so the wait starts before the cause.
      const interruptionShown = Promise.all([
        lea.page.locator('[data-kind=peer][data-connection=interrupted]').waitFor(),
        lea.user.waitForText('Connection lost, coming back …'),
      ])
      relay.cut()
      await interruptionShown
      for (const one of [lea, mia]) {
        await one.waitForPeers(1)
        await one.waitForVideo(1)
        expect(await connectionsOf(one)).toBe(1)
      }
      const after = [await ufragOf(lea), await ufragOf(mia)]
      expect(after[0]).not.toBe(before[0])
      expect(after[1]).not.toBe(before[1])
    } finally {
      relay.end()
    }
  })
})
