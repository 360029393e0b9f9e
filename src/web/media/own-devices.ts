import type { Source } from '../../client/mesh/peer-media.js'
import { constraintsFor, obstacleIn, pictureFor, type Device } from './device.js'

export type OwnDevice = Device<MediaStreamTrack>

export type DeviceStates = Readonly<Record<Source, OwnDevice>>

/** As much of `navigator.mediaDevices` as is needed; on plain HTTP there is none. */
export type MediaAccess = Pick<MediaDevices, 'getUserMedia'> & Partial<Pick<MediaDevices, 'getDisplayMedia'>>

/** One's own microphone, camera and screen. What is off is stopped: no light stays on, and nothing is recorded. */
export interface OwnDevices {
  states(): DeviceStates
  subscribe(listener: (states: DeviceStates) => void): () => void
  /** microphone and camera, asked for in one question where that is possible */
  begin(): Promise<void>
  turn(source: Source, on: boolean): Promise<void>
  /** so many get the picture from here */
  filmFor(others: number): void
  canShareScreen: boolean
  end(): void
}

const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

const isMissing = (track: MediaStreamTrack | undefined): track is undefined => track === undefined

export const ownDevices = (access: MediaAccess | undefined): OwnDevices => {
  const listeners = new Set<(states: DeviceStates) => void>()
  let others = 1
  let isOver = false
  let states: DeviceStates = {
    microphone: { type: 'off' },
    camera: { type: 'off' },
    screen: { type: 'off' },
  }

  const now = (source: Source, device: OwnDevice): void => {
    states = { ...states, [source]: device }
    for (const listener of listeners) listener(states)
  }

  const stop = (source: Source): void => {
    const device = states[source]
    if (device.type === 'on') device.track.stop()
  }

  const use = (source: Source, track: MediaStreamTrack | undefined): void => {
    if (isMissing(track)) return now(source, { type: 'unavailable', why: 'missing' })
    // Nobody waits for it any more: the page was left, or the button pressed again, while the browser asked.
    if (isOver || states[source].type !== 'starting') return track.stop()
    // Pulled out, or ended by the browser's own button.
    track.addEventListener('ended', () => {
      const device = states[source]
      if (device.type !== 'on' || device.track !== track) return
      now(source, source === 'screen' ? { type: 'off' } : { type: 'unavailable', why: 'missing' })
    })
    now(source, { type: 'on', track })
  }

  const refuse = (source: Source, error: unknown): void => {
    // Who closes the choice of a screen has changed their mind; that is no fault.
    if (source === 'screen' && obstacleIn(error) === 'denied') return now(source, { type: 'off' })
    now(source, { type: 'unavailable', why: obstacleIn(error) })
  }

  const context = async (media: MediaAccess, source: Source): Promise<MediaStream> => {
    switch (source) {
      case 'microphone':
        return media.getUserMedia({ audio: sound })
      case 'camera':
        return media.getUserMedia({ video: { ...constraintsFor(pictureFor(others)), facingMode: 'user' } })
      case 'screen':
        if (media.getDisplayMedia === undefined) throw new DOMException('no screens here', 'NotFoundError')
        return media.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false })
    }
  }

  const start = async (source: Source): Promise<void> => {
    if (access === undefined) return now(source, { type: 'unavailable', why: 'insecure' })
    now(source, { type: 'starting' })
    try {
      const stream = await context(access, source)
      use(source, stream.getTracks()[0])
    } catch (error) {
      refuse(source, error)
    }
  }

  return {
    states: () => states,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin: async () => {
      if (access === undefined) return void (await Promise.all([start('microphone'), start('camera')]))
      now('microphone', { type: 'starting' })
      now('camera', { type: 'starting' })
      try {
        const video = { ...constraintsFor(pictureFor(others)), facingMode: 'user' }
        const stream = await access.getUserMedia({ audio: sound, video })
        use('microphone', stream.getAudioTracks()[0])
        use('camera', stream.getVideoTracks()[0])
      } catch {
        // One of the two is missing or forbidden: the other may well be had alone.
        await start('microphone')
        await start('camera')
      }
    },
    turn: async (source, on) => {
      if (on) return states[source].type === 'on' ? undefined : start(source)
      stop(source)
      now(source, { type: 'off' })
    },
    filmFor: (count) => {
      others = count
      const { camera } = states
      // A camera that cannot goes on as it did.
      if (camera.type === 'on')
        camera.track.applyConstraints(constraintsFor(pictureFor(count))).catch(() => {})
    },
    canShareScreen: access?.getDisplayMedia !== undefined,
    end: () => {
      isOver = true
      for (const source of ['microphone', 'camera', 'screen'] as const) {
        stop(source)
        now(source, { type: 'off' })
      }
      listeners.clear()
    },
  }
}

/** On plain HTTP a browser has no `mediaDevices`, although its type says so. */
export const newOwnDevices = (): OwnDevices => ownDevices(Reflect.get(navigator, 'mediaDevices'))
