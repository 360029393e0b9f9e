import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './person.js'

/** A camera that films a clock and a microphone that beeps, and nobody who has to allow them. */
export const fakeDevices = [
  '--use-fake-device-for-media-stream',
  // A machine without a network has no other address.
  '--allow-loopback-in-peer-connection',
]

export const allowedByItself = [...fakeDevices, '--use-fake-ui-for-media-stream']

declare global {
  interface Window {
    /** every connection that the page has made */
    connections?: Array<RTCPeerConnection>
  }
}

/** Runs in the page, before anything of ours. */
export const keepConnections = (): void => {
  const made: Array<RTCPeerConnection> = []
  window.connections = made
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      made.push(this)
    }
  }
}

/** Large pictures show nothing that small ones do not, and cost a shared machine dearly. */
export const filmModestly = (): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  // The empty page before the first has none.
  if (mediaDevices === undefined) return
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = (wanted = {}) =>
    getUserMedia({ ...wanted, ...(wanted.video && { video: { width: 160, height: 120, frameRate: 10 } }) })
  const getDisplayMedia = mediaDevices.getDisplayMedia.bind(mediaDevices)
  mediaDevices.getDisplayMedia = () =>
    getDisplayMedia({ video: { width: 320, height: 180, frameRate: 10 }, audio: false })
  MediaStreamTrack.prototype.applyConstraints = () => Promise.resolve()
}

/** Nine pictures to encode and nine to decode on each of ten pages of one machine: small ones, few of them, no sound. */
export const filmSmall = (): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  // The empty page before the first has none.
  if (mediaDevices === undefined) return
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = (wanted = {}) => {
    if (!wanted.video) return Promise.reject(new DOMException('', 'NotFoundError'))
    return getUserMedia({ video: { width: 64, height: 36, frameRate: 2 } })
  }
  MediaStreamTrack.prototype.applyConstraints = () => Promise.resolve()
}

/** Somebody on the page of a call. */
export interface Caller {
  readonly person: Person
  readonly page: Page
  /** opens the link, waits for the mirror, and joins */
  readonly joins: (code: string) => Promise<void>
  readonly opens: (code: string) => Promise<void>
  readonly enters: () => Promise<void>
  readonly tile: (name: string) => Locator
  /** so many others, each connected */
  readonly seesOthers: (count: number) => Promise<void>
  /** of each connection that is up, more pictures are decoded than there were a moment before */
  readonly seesMoving: (connections: number) => Promise<void>
  readonly button: Person['button']
}

export const caller = (person: Person, url: string, name: string): Caller => {
  const { page, button } = person
  const opens = async (code: string): Promise<void> => {
    // "Loaded" waits for the first picture of the camera, too, and a busy machine takes its time over that.
    await page.goto(`${url}/meet/${code}`, { waitUntil: 'domcontentloaded' })
    await page.getByLabel('Your name (optional)').fill(name)
    await page.waitForFunction(() => document.querySelector('.preview [aria-busy=true]') === null)
  }
  const enters = async (): Promise<void> => {
    await button('Join the call').click()
    await person.seesConnection('connected')
    await page.getByTestId('tiles').waitFor()
  }
  return {
    person,
    page,
    button,
    opens,
    enters,
    joins: async (code) => {
      await opens(code)
      await enters()
    },
    tile: (whose) => page.getByRole('listitem', { name: whose, exact: true }),
    seesOthers: async (count) => {
      await page.waitForFunction(
        (wanted) =>
          document.querySelectorAll('[data-kind=peer]').length === wanted &&
          document.querySelectorAll('[data-kind=peer][data-connection=connected]').length === wanted,
        count,
      )
    },
    seesMoving: (connections) => movingOn(page, connections),
  }
}

const framesToSee = 5

const movingOn = async (page: Page, connections: number): Promise<void> => {
  const before = await decodedOn(page)
  await page.waitForFunction(
    async ({ had, wanted, more }) => {
      const up = (window.connections ?? []).filter(({ iceConnectionState }) =>
        ['connected', 'completed', 'disconnected'].includes(iceConnectionState),
      )
      if (up.length !== wanted) return false
      for (const connection of up) {
        let frames = 0
        for (const stats of (await connection.getStats()).values())
          if (stats.type === 'inbound-rtp' && stats.kind === 'video') frames += stats.framesDecoded
        const place = window.connections?.indexOf(connection) ?? -1
        if (frames < (had[place] ?? 0) + more) return false
      }
      return true
    },
    { had: before, wanted: connections, more: framesToSee },
    { polling: 250 },
  )
}

/** Pictures decoded so far, by connection, closed ones too. */
const decodedOn = (page: Page): Promise<ReadonlyArray<number>> =>
  page.evaluate(() =>
    Promise.all(
      (window.connections ?? []).map(async (connection) => {
        let frames = 0
        for (const stats of (await connection.getStats()).values())
          if (stats.type === 'inbound-rtp' && stats.kind === 'video') frames += stats.framesDecoded
        return frames
      }),
    ),
  )

/** What is shown in a tile changes from one picture to the next: it is no frozen first frame. */
export const showsMotion = (tile: Locator): Promise<void> =>
  expect.poll(() => looksOf(tile), { message: 'different pictures in a row' }).toBeGreaterThan(3)

const picturesSeen = 12
/** After that without a picture, this video has been taken away for another one, or stands still: see what there is now. */
const stillMs = 10_000

const looksOf = (tile: Locator): Promise<number> =>
  tile.locator('video').evaluate(
    async (video, { pictures, longestMs }) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error('a tile shows its picture in a video')
      const canvas = new OffscreenCanvas(32, 24).getContext('2d', { willReadFrequently: true })
      if (canvas === null) throw new Error('a canvas has a 2d context')
      const looks = new Set<string>()
      for (let picture = 0; picture < pictures; picture++) {
        const comes = new Promise<boolean>((resolve) => {
          video.requestVideoFrameCallback(() => resolve(true))
          setTimeout(() => resolve(false), longestMs)
        })
        if (!(await comes)) {
          const { paused, readyState, currentTime, isConnected } = video
          const { visibilityState } = document
          throw new Error(JSON.stringify({ paused, readyState, currentTime, isConnected, visibilityState }))
        }
        canvas.drawImage(video, 0, 0, 32, 24)
        looks.add(canvas.getImageData(0, 0, 32, 24).data.join())
      }
      return looks.size
    },
    { pictures: picturesSeen, longestMs: stillMs },
  )
