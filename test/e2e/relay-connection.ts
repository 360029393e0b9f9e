import { sharedBrowser } from './page/browser-profiles.js'
import type { IceServer } from '../../src/infrastructure/config/ice-servers.js'

/** Outcome of two peers in one page that may only use the relay. */
export interface RelayOutcome {
  /** The message that arrived; `null` without a connection. */
  readonly heard: string | null
  /** Type of each candidate. */
  readonly candidates: ReadonlyArray<string>
  /** STUN error codes of the servers. */
  readonly refusals: ReadonlyArray<number>
}

/** Connects two peers in Chromium that may only use these ICE servers. */
export const connectThroughRelay = async (iceServers: ReadonlyArray<IceServer>): Promise<RelayOutcome> => {
  const browser = await sharedBrowser()
  const page = await browser.newPage()
  try {
    return await page.evaluate(connectThrough, [...iceServers])
  } finally {
    await page.close()
  }
}

/** Runs in the page. */
const connectThrough = async (iceServers: RTCIceServer[]): Promise<RelayOutcome> => {
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
      // The end of candidates: without a candidate it cannot be reached.
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
