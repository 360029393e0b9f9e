import { describe, expect, test } from 'vitest'
import { deviceProblemText } from '../../../src/web/media/device-text.js'
import { ownDevices, type MediaAccess } from '../../../src/web/media/own-devices.js'

/** A track of a browser. */
class FakeTrack extends EventTarget {
  stopped = false
  readonly constraints: object[] = []
  constructor(readonly kind: string) {
    super()
  }
  stop(): void {
    this.stopped = true
  }
  async applyConstraints(wanted: object): Promise<void> {
    this.constraints.push(wanted)
  }
}

type Refusal = Readonly<Partial<Record<'audio' | 'video' | 'screen', string>>>

/** A browser with a microphone, a camera and a screen, each of which can be denied. */
const fakeBrowser = (refusals: Refusal = {}) => {
  const asked: string[] = []
  const tracks: FakeTrack[] = []
  const stream = (kinds: ReadonlyArray<string>) => {
    const made = kinds.map((kind) => new FakeTrack(kind))
    tracks.push(...made)
    return {
      getTracks: () => made,
      getAudioTracks: () => made.filter(({ kind }) => kind === 'audio'),
      getVideoTracks: () => made.filter(({ kind }) => kind === 'video'),
    }
  }
  const refuse = (name: string | undefined): void => {
    if (name !== undefined) throw new DOMException('', name)
  }
  const access = {
    getUserMedia: async ({ audio, video }: MediaStreamConstraints) => {
      const kinds = [...(audio === undefined ? [] : ['audio']), ...(video === undefined ? [] : ['video'])]
      asked.push(kinds.join('+'))
      if (audio !== undefined) refuse(refusals.audio)
      if (video !== undefined) refuse(refusals.video)
      return stream(kinds)
    },
    getDisplayMedia: async () => {
      asked.push('screen')
      refuse(refusals.screen)
      return stream(['video'])
    },
  }
  return { asked, tracks, access: access as unknown as MediaAccess }
}

const types = (devices: ReturnType<typeof ownDevices>) => {
  const { microphone, camera, screen } = devices.states()
  return [microphone.type, camera.type, screen.type]
}

describe('own devices', () => {
  test('are requested with one prompt', async () => {
    const { access, asked } = fakeBrowser()
    const devices = ownDevices(access)
    await devices.begin()
    expect(asked).toEqual(['audio+video'])
    expect(types(devices)).toEqual(['on', 'on', 'off'])
    expect(deviceProblemText(devices.states(), 'All goes on.')).toBeNull()
  })

  test('are requested one by one when only one is available', async () => {
    const { access, asked } = fakeBrowser({ video: 'NotFoundError' })
    const devices = ownDevices(access)
    await devices.begin()
    expect(asked).toEqual(['audio+video', 'audio', 'video'])
    expect(types(devices)).toEqual(['on', 'unavailable', 'off'])
    expect(deviceProblemText(devices.states(), 'All goes on.')).toBe('No camera was found. All goes on.')
  })

  test.each([
    ['NotAllowedError', 'Camera and microphone are not allowed on this page.'],
    ['NotFoundError', 'No camera and no microphone were found.'],
    ['NotReadableError', 'Camera and microphone are in use by another program.'],
    ['UnknownError', 'Camera and microphone could not be started.'],
  ])('that a browser refuses with %s are named, and the call goes on', async (name, words) => {
    const devices = ownDevices(fakeBrowser({ audio: name, video: name }).access)
    await devices.begin()
    expect(deviceProblemText(devices.states(), 'All goes on.')).toContain(words)
    expect(deviceProblemText(devices.states(), 'All goes on.')).toContain('All goes on.')
  })

  test('are unavailable as insecure on a page without HTTPS', async () => {
    const devices = ownDevices(undefined)
    await devices.begin()
    expect(types(devices)).toEqual(['unavailable', 'unavailable', 'off'])
    expect(deviceProblemText(devices.states(), 'All goes on.')).toMatch(/only to pages on HTTPS/)
    expect(devices.canShareScreen).toBe(false)
  })

  test('are stopped when they are turned off, and requested again when they are turned on', async () => {
    const { access, tracks } = fakeBrowser()
    const devices = ownDevices(access)
    await devices.begin()
    await devices.turn('camera', false)
    expect(tracks.map(({ stopped }) => stopped)).toEqual([false, true])
    await devices.turn('camera', true)
    expect(types(devices)).toEqual(['on', 'on', 'off'])
    expect(tracks).toHaveLength(3)
  })

  test('stay off when they are turned off while the browser still asks', async () => {
    const { access, tracks } = fakeBrowser()
    const devices = ownDevices(access)
    const starting = devices.turn('camera', true)
    await devices.turn('camera', false)
    await starting
    expect(types(devices)).toEqual(['off', 'off', 'off'])
    expect(tracks.map(({ stopped }) => stopped)).toEqual([true])
  })

  test('are missing when they are unplugged; a screen that the browser stops is off', async () => {
    const { access, tracks } = fakeBrowser()
    const devices = ownDevices(access)
    await devices.begin()
    await devices.turn('screen', true)
    for (const track of tracks) track.dispatchEvent(new Event('ended'))
    expect(types(devices)).toEqual(['unavailable', 'unavailable', 'off'])
  })

  test('are off without an error when no screen is chosen', async () => {
    const devices = ownDevices(fakeBrowser({ screen: 'NotAllowedError' }).access)
    await devices.turn('screen', true)
    expect(types(devices)).toEqual(['off', 'off', 'off'])
  })

  test('record at a lower resolution for more peers', async () => {
    const { access, tracks } = fakeBrowser()
    const devices = ownDevices(access)
    await devices.begin()
    for (const others of [1, 4, 9]) devices.setPeerCount(others)
    expect(tracks[1]?.constraints).toEqual([
      { width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
      { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } },
      { width: { ideal: 320 }, height: { ideal: 180 }, frameRate: { ideal: 15 } },
    ])
  })

  test('are all stopped at the end, also one that the browser returns later', async () => {
    const { access, tracks } = fakeBrowser()
    const devices = ownDevices(access)
    await devices.begin()
    const late = devices.turn('screen', true)
    devices.end()
    await late
    expect(tracks.map(({ stopped }) => stopped)).toEqual([true, true, true])
  })
})
