import type { Page } from 'playwright-core'

/** A highlight as it stood on the page. */
export interface Shown {
  readonly tick: number
  readonly name: string
  /** epoch ms; all pages of a test are on one machine */
  readonly at: number
}

export type Heard = readonly [event: string, payload: Readonly<Record<string, unknown>>]

interface Witness {
  readonly shown: Array<Shown>
  /** Socket.IO's packets as they came, by either transport */
  readonly packets: Array<string>
  readonly announced: Array<string>
  isUpgraded: boolean
}

declare global {
  interface Window {
    witness?: Witness
  }
}

/** Runs in the page, before anything of ours: it sees each highlight that is rendered and each packet that comes. */
export const recordPage = (): void => {
  const witness: Witness = { shown: [], packets: [], announced: [], isUpgraded: false }
  window.witness = witness

  const liveRegions = '[aria-live], [role=status], [role=alert]'
  const look = (element: Element): void => {
    const tick = Number(element.getAttribute('data-tick'))
    if (tick > 0) witness.shown.push({ tick, name: element.textContent ?? '', at: Date.now() })
  }
  new MutationObserver((mutations) => {
    for (const { addedNodes, target } of mutations) {
      const changed = target instanceof Element ? target : target.parentElement
      const region = changed?.closest(liveRegions) ?? null
      if (region !== null && region.textContent !== '') witness.announced.push(region.textContent ?? '')
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue
        for (const element of [node, ...node.querySelectorAll('*')]) {
          if (element.matches('[data-tick]')) look(element)
          if (element.matches(liveRegions) && element.textContent !== '')
            witness.announced.push(element.textContent ?? '')
        }
      }
    }
  }).observe(document, { childList: true, subtree: true, characterData: true })

  class WitnessedSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('message', ({ data }) => witness.packets.push(String(data)))
    }
    override send(data: string): void {
      // Engine.IO's packet for "from here on this transport".
      if (data === '5') witness.isUpgraded = true
      super.send(data)
    }
  }
  window.WebSocket = WitnessedSocket

  const open = XMLHttpRequest.prototype.open
  XMLHttpRequest.prototype.open = function opened(this: XMLHttpRequest, method: string, url: string | URL) {
    if (method === 'GET')
      this.addEventListener('load', () => witness.packets.push(...this.responseText.split('\u001E')))
    open.call(this, method, url, true)
  }
}

export const shownOn = async (page: Page): Promise<ReadonlyArray<Shown>> =>
  (await page.evaluate(() => window.witness?.shown)) ?? []

/** Every text that a screen reader was given to read out. */
export const announcedOn = async (page: Page): Promise<ReadonlyArray<string>> =>
  (await page.evaluate(() => window.witness?.announced)) ?? []

const eventPacket = /^42\d*(?=\[)/

/** The events that came since the page was loaded, in order, each as often as it came. */
export const heardOn = async (page: Page): Promise<ReadonlyArray<Heard>> => {
  const packets = (await page.evaluate(() => window.witness?.packets)) ?? []
  return packets
    .filter((packet) => eventPacket.test(packet))
    .map((packet): Heard => JSON.parse(packet.replace(eventPacket, '')))
}

/** Until then a page may get several highlights in one answer, and shows the last of them. */
export const onWebSocket = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.witness?.isUpgraded === true)
}
