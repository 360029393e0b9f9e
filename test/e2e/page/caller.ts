import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { BrowserUser } from './browser-user.js'

declare global {
  interface Window {
    /** all connections that the page has created */
    connections?: Array<RTCPeerConnection>
  }
}

/** Runs in the page before its scripts. */
export const recordConnections = (): void => {
  const made: Array<RTCPeerConnection> = []
  window.connections = made
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      made.push(this)
    }
  }
}

/** Runs in the page: small video and unprocessed sound, because more costs CPU time and proves nothing more. */
export const useSmallVideo = (): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  // `about:blank` has none.
  if (mediaDevices === undefined) return
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = ({ audio, video }: MediaStreamConstraints = {}) =>
    getUserMedia({
      ...(audio && {
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      }),
      ...(video && { video: { width: 160, height: 120, frameRate: 10 } }),
    })
  const getDisplayMedia = mediaDevices.getDisplayMedia.bind(mediaDevices)
  mediaDevices.getDisplayMedia = () =>
    getDisplayMedia({ video: { width: 320, height: 180, frameRate: 10 }, audio: false })
  MediaStreamTrack.prototype.applyConstraints = () => Promise.resolve()
}

/**
 * Chromium refuses these devices, with the same error as when the user does: a header of the page forbids them. The
 * headless shell has no permission prompt that could be denied. Call it before a page is loaded.
 */
export const refuseDevices = async (
  page: Page,
  devices: ReadonlyArray<'camera' | 'microphone'>,
): Promise<void> => {
  const policy = { name: 'permissions-policy', value: devices.map((device) => `${device}=()`).join() }
  await page.addInitScript(requestCameraAlone)
  const session = await page.context().newCDPSession(page)
  session.on('Fetch.requestPaused', ({ requestId, responseStatusCode = 200, responseHeaders = [] }) => {
    void session.send('Fetch.continueResponse', {
      requestId,
      responseCode: responseStatusCode,
      responseHeaders: [...responseHeaders, policy],
    })
  })
  await session.send('Fetch.enable', { patterns: [{ resourceType: 'Document', requestStage: 'Response' }] })
}

/** Runs in the page: asked for both, Chromium would give the device that the header allows, and no error. */
const requestCameraAlone = (): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  if (mediaDevices === undefined) return
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = (wanted = {}) => getUserMedia(wanted.video ? { video: wanted.video } : wanted)
}

/** Runs in the page: tiny video without sound, because each of ten pages encodes and decodes nine streams. */
export const useTinyVideo = (): void => {
  const { mediaDevices }: Partial<Navigator> = navigator
  // `about:blank` has none.
  if (mediaDevices === undefined) return
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = (wanted = {}) => {
    if (!wanted.video) return Promise.reject(new DOMException('', 'NotFoundError'))
    return getUserMedia({ video: { width: 64, height: 36, frameRate: 2 } })
  }
  MediaStreamTrack.prototype.applyConstraints = () => Promise.resolve()
}

/**
 * For pages with video. Each frame is composed without a GPU, which costs CPU time by the size of the window, and the
 * mark of a speaking caller is an animation that never ends.
 */
export const smallStillWindow = {
  viewport: { width: 640, height: 480 },
  reducedMotion: 'reduce',
} as const

/** A user on the call page. */
export interface Caller {
  readonly user: BrowserUser
  readonly page: Page
  /** opens the link, waits for the preview and joins */
  readonly join: (code: string) => Promise<void>
  readonly open: (code: string) => Promise<void>
  readonly enter: () => Promise<void>
  readonly tile: (name: string) => Locator
  /** waits until this number of peers is shown, each connected */
  readonly waitForPeers: (count: number) => Promise<void>
  /** waits until each open connection has decoded further frames */
  readonly waitForVideo: (connections: number) => Promise<void>
  readonly button: BrowserUser['button']
}

export const createCaller = (user: BrowserUser, url: string, name: string): Caller => {
  const { page, button } = user
  const open = async (code: string): Promise<void> => {
    // The load event waits for the first frame of the camera, which takes long on a busy machine.
    await page.goto(`${url}/meet/${code}`, { waitUntil: 'domcontentloaded' })
    await page.getByLabel('Your name (optional)').fill(name)
    await page.waitForFunction(() => document.querySelector('.preview [aria-busy=true]') === null)
  }
  const enter = async (): Promise<void> => {
    await button('Join the call').click()
    await user.waitForConnection('connected')
    await page.getByTestId('tiles').waitFor()
  }
  return {
    user,
    page,
    button,
    open,
    enter,
    join: async (code) => {
      await open(code)
      await enter()
    },
    tile: (whose) => page.getByRole('listitem', { name: whose, exact: true }),
    waitForPeers: async (count) => {
      await page.waitForFunction(
        (wanted) =>
          document.querySelectorAll('[data-kind=peer]').length === wanted &&
          document.querySelectorAll('[data-kind=peer][data-connection=connected]').length === wanted,
        count,
      )
    },
    waitForVideo: (connections) => waitForDecodedFrames(page, connections),
  }
}

const framesToSee = 5

const waitForDecodedFrames = async (page: Page, connections: number): Promise<void> => {
  const before = await decodedFramesOn(page)
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

/** Frames decoded so far, by connection, including closed ones. */
const decodedFramesOn = (page: Page): Promise<ReadonlyArray<number>> =>
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

/** Waits for different frames in the tile: its video is not frozen. */
export const expectMotion = (tile: Locator): Promise<void> =>
  expect.poll(() => distinctFramesOf(tile), { message: 'different pictures in a row' }).toBeGreaterThan(3)

const picturesSeen = 12
/** Without a frame for this time the video was replaced or is frozen: the next poll looks at the present one. */
const stillMs = 10_000

const distinctFramesOf = (tile: Locator): Promise<number> =>
  tile.locator('video').evaluate(
    async (video, { pictures, longestMs }) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error('a tile shows its picture in a video')
      const canvas = new OffscreenCanvas(32, 24).getContext('2d', { willReadFrequently: true })
      if (canvas === null) throw new Error('a canvas has a 2d context')
      const looks = new Set<string>()
      for (let picture = 0; picture < pictures; picture++) {
        const openUser = new Promise<boolean>((resolve) => {
          video.requestVideoFrameCallback(() => resolve(true))
          setTimeout(() => resolve(false), longestMs)
        })
        if (!(await openUser)) {
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
