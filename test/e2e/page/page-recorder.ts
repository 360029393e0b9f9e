import type { Page } from 'playwright-core'

/** A highlight that the page has shown. */
export interface ShownHighlight {
  readonly tick: number
  readonly name: string
  /** epoch ms */
  readonly at: number
}

export type ReceivedEvent = readonly [event: string, payload: Readonly<Record<string, unknown>>]

interface Recorder {
  readonly shownHighlights: Array<ShownHighlight>
  /** received Socket.IO packets of both transports */
  readonly packets: Array<string>
  readonly announcements: Array<string>
  isUpgraded: boolean
}

declare global {
  interface Window {
    recorder?: Recorder
  }
}

/** Runs in the page before its scripts: records rendered highlights, announcements and received packets. */
export const recordPage = (): void => {
  const recorder: Recorder = { shownHighlights: [], packets: [], announcements: [], isUpgraded: false }
  window.recorder = recorder

  const liveRegions = '[aria-live], [role=status], [role=alert]'
  const look = (element: Element): void => {
    const tick = Number(element.getAttribute('data-tick'))
    if (tick > 0) recorder.shownHighlights.push({ tick, name: element.textContent ?? '', at: Date.now() })
  }
  new MutationObserver((mutations) => {
    for (const { addedNodes, target } of mutations) {
      const changed = target instanceof Element ? target : target.parentElement
      const region = changed?.closest(liveRegions) ?? null
      if (region !== null && region.textContent !== '') recorder.announcements.push(region.textContent ?? '')
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue
        for (const element of [node, ...node.querySelectorAll('*')]) {
          if (element.matches('[data-tick]')) look(element)
          if (element.matches(liveRegions) && element.textContent !== '')
            recorder.announcements.push(element.textContent ?? '')
        }
      }
    }
  }).observe(document, { childList: true, subtree: true, characterData: true })

  class RecordedSocket extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      this.addEventListener('message', ({ data }) => recorder.packets.push(String(data)))
    }
    override send(data: string): void {
      // Engine.IO's upgrade packet.
      if (data === '5') recorder.isUpgraded = true
      super.send(data)
    }
  }
  window.WebSocket = RecordedSocket

  const open = XMLHttpRequest.prototype.open
  XMLHttpRequest.prototype.open = function opened(this: XMLHttpRequest, method: string, url: string | URL) {
    if (method === 'GET')
      this.addEventListener('load', () => recorder.packets.push(...this.responseText.split('\u001E')))
    open.call(this, method, url, true)
  }
}

export const highlightsOn = async (page: Page): Promise<ReadonlyArray<ShownHighlight>> =>
  (await page.evaluate(() => window.recorder?.shownHighlights)) ?? []

/** All announcements to screen readers. */
export const announcementsOn = async (page: Page): Promise<ReadonlyArray<string>> =>
  (await page.evaluate(() => window.recorder?.announcements)) ?? []

const eventPacket = /^42\d*(?=\[)/

/** All events since the page was loaded, in order. */
export const eventsOn = async (page: Page): Promise<ReadonlyArray<ReceivedEvent>> => {
  const packets = (await page.evaluate(() => window.recorder?.packets)) ?? []
  return packets
    .filter((packet) => eventPacket.test(packet))
    .map((packet): ReceivedEvent => JSON.parse(packet.replace(eventPacket, '')))
}

/** A polling response may carry several highlights, of which the page shows the last. */
export const waitForWebSocket = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.recorder?.isUpgraded === true)
}
