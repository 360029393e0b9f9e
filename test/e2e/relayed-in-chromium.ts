import { sharedBrowser } from './page/browser-profiles.js'
import { allowedByItself } from './page/caller.js'
import type { IceServer } from '../../src/infrastructure/config/ice-servers.js'

/** What two ends in one page came to that may use a relay and nothing else. */
export interface RelayedInChromium {
  /** What one end said and the other heard; `null` if there was no way. */
  readonly heard: string | null
  /** `relay`, for each address that was found. */
  readonly candidates: ReadonlyArray<string>
  /** STUN error codes with which the servers refused. */
  readonly refusals: ReadonlyArray<number>
}

/** Two ends of a data channel in a real browser, which have these ICE servers from us and no way around them. */
export const relayedInChromium = async (iceServers: ReadonlyArray<IceServer>): Promise<RelayedInChromium> => {
  const browser = await sharedBrowser(allowedByItself)
  const page = await browser.newPage()
  try {
    return await page.evaluate(connectThrough, [...iceServers])
  } finally {
    await page.close()
  }
}

/** Runs in the page. */
const connectThrough = async (iceServers: RTCIceServer[]): Promise<RelayedInChromium> => {
  const ends = () => new RTCPeerConnection({ iceServers, iceTransportPolicy: 'relay' })
  const [here, there] = [ends(), ends()]
  const candidates: Array<string> = []
  const refusals: Array<number> = []
  const channel = here.createDataChannel('relayed')
  channel.addEventListener('open', () => channel.send('hello'))
  const heard = new Promise<string | null>((resolve) => {
    there.addEventListener('datachannel', (opened) => {
      opened.channel.addEventListener('message', ({ data }) => resolve(String(data)))
    })
    here.addEventListener('icecandidateerror', ({ errorCode }) => refusals.push(errorCode))
    here.addEventListener('icecandidate', ({ candidate }) => {
      // The end of the search: without an address of its own it will never be reached.
      if (candidate === null && candidates.length === 0) resolve(null)
      if (candidate === null || candidate.candidate === '') return
      candidates.push(candidate.type ?? '')
      void there.addIceCandidate(candidate)
    })
    there.addEventListener('icecandidate', ({ candidate }) => {
      if (candidate !== null) void here.addIceCandidate(candidate)
    })
  })
  await here.setLocalDescription()
  await there.setRemoteDescription(here.localDescription ?? { type: 'offer' })
  await there.setLocalDescription()
  await here.setRemoteDescription(there.localDescription ?? { type: 'answer' })
  return { heard: await heard, candidates, refusals }
}
