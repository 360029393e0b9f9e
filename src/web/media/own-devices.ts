import type { Source } from '../../client/mesh/peer-media.js'
import { constraintsFor, obstacleIn, resolutionFor, type Device } from './device.js'

export type OwnDevice = Device<MediaStreamTrack>

export type DeviceStates = Readonly<Record<Source, OwnDevice>>

/** The part of `navigator.mediaDevices` that is used; on plain HTTP there is none. */
export type MediaAccess = Pick<MediaDevices, 'getUserMedia'> & Partial<Pick<MediaDevices, 'getDisplayMedia'>>

/** The user's own microphone, camera and screen. A source that is off is stopped, so no camera light stays on. */
export interface OwnDevices {
  states(): DeviceStates
  subscribe(listener: (states: DeviceStates) => void): () => void
  /** microphone and camera, with one permission prompt if possible */
  begin(): Promise<void>
  turn(source: Source, on: boolean): Promise<void>
  /** adapts the resolution to the number of peers */
  setPeerCount(count: number): void
  canShareScreen: boolean
  end(): void
}

const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

const isMissing = (track: MediaStreamTrack | undefined): track is undefined => track === undefined

export const ownDevices = (access: MediaAccess | undefined): OwnDevices => {
  const listeners = new Set<(states: DeviceStates) => void>()
  let peerCount = 1
  let isOver = false
  let states: DeviceStates = {
    microphone: { type: 'off' },
    camera: { type: 'off' },
    screen: { type: 'off' },
  }

  const setDevice = (source: Source, device: OwnDevice): void => {
    states = { ...states, [source]: device }
    for (const listener of listeners) listener(states)
  }

  const stop = (source: Source): void => {
    const device = states[source]
    if (device.type === 'on') device.track.stop()
  }

  const useTrack = (source: Source, track: MediaStreamTrack | undefined): void => {
    if (isMissing(track)) return setDevice(source, { type: 'unavailable', why: 'missing' })
    // The page was left, or the button pressed again, while the browser asked.
    if (isOver || states[source].type !== 'starting') return track.stop()
    // Unplugged, or ended by the browser's own button.
    track.addEventListener('ended', () => {
      const device = states[source]
      if (device.type !== 'on' || device.track !== track) return
      setDevice(source, source === 'screen' ? { type: 'off' } : { type: 'unavailable', why: 'missing' })
    })
    setDevice(source, { type: 'on', track })
  }

  const fail = (source: Source, error: unknown): void => {
    // Closing the screen chooser is a choice of the user, and no error.
    if (source === 'screen' && obstacleIn(error) === 'denied') return setDevice(source, { type: 'off' })
    setDevice(source, { type: 'unavailable', why: obstacleIn(error) })
  }

  const request = async (media: MediaAccess, source: Source): Promise<MediaStream> => {
    switch (source) {
      case 'microphone':
        return media.getUserMedia({ audio: sound })
      case 'camera':
        return media.getUserMedia({
          video: { ...constraintsFor(resolutionFor(peerCount)), facingMode: 'user' },
        })
      case 'screen':
        if (media.getDisplayMedia === undefined) throw new DOMException('no screens here', 'NotFoundError')
        return media.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false })
    }
  }

  const start = async (source: Source): Promise<void> => {
    if (access === undefined) return setDevice(source, { type: 'unavailable', why: 'insecure' })
    setDevice(source, { type: 'starting' })
    try {
      const stream = await request(access, source)
      useTrack(source, stream.getTracks()[0])
    } catch (error) {
      fail(source, error)
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
      setDevice('microphone', { type: 'starting' })
      setDevice('camera', { type: 'starting' })
      try {
        const video = { ...constraintsFor(resolutionFor(peerCount)), facingMode: 'user' }
        const stream = await access.getUserMedia({ audio: sound, video })
        useTrack('microphone', stream.getAudioTracks()[0])
        useTrack('camera', stream.getVideoTracks()[0])
      } catch {
        // One of the two is missing or forbidden: the other may work alone.
        await start('microphone')
        await start('camera')
      }
    },
    turn: async (source, on) => {
      if (on) return states[source].type === 'on' ? undefined : start(source)
      stop(source)
      setDevice(source, { type: 'off' })
    },
    setPeerCount: (count) => {
      peerCount = count
      const { camera } = states
      // A camera that cannot change its resolution keeps it.
      if (camera.type === 'on')
        camera.track.applyConstraints(constraintsFor(resolutionFor(count))).catch(() => {})
    },
    canShareScreen: access?.getDisplayMedia !== undefined,
    end: () => {
      isOver = true
      for (const source of ['microphone', 'camera', 'screen'] as const) {
        stop(source)
        setDevice(source, { type: 'off' })
      }
      listeners.clear()
    },
  }
}

/** On plain HTTP a browser has no `mediaDevices`, although its type says so. */
export const newOwnDevices = (): OwnDevices => ownDevices(Reflect.get(navigator, 'mediaDevices'))
