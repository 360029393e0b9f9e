/** Why an own device does not work. */
export type Obstacle =
  /** browsers give cameras to pages on HTTPS and localhost alone */
  'insecure' | 'denied' | 'missing' | 'in-use' | 'failed'

/** The state of a microphone, a camera or a shared screen. */
export type Device<Track> =
  | { readonly type: 'off' }
  | { readonly type: 'starting' }
  | { readonly type: 'on'; readonly track: Track }
  | { readonly type: 'unavailable'; readonly why: Obstacle }

/** From the names of the errors of browsers: https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
export const obstacleIn = (error: unknown): Obstacle => {
  const name = error instanceof Error ? error.name : ''
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'in-use'
    default:
      return 'failed'
  }
}

/** Each peer gets its own copy of the video, so it gets smaller with their number. */
export interface Resolution {
  readonly width: number
  readonly height: number
  readonly frameRate: number
}

export const resolutionFor = (peerCount: number): Resolution => {
  if (peerCount <= 2) return { width: 1280, height: 720, frameRate: 30 }
  if (peerCount <= 4) return { width: 640, height: 360, frameRate: 24 }
  return { width: 320, height: 180, frameRate: 15 }
}

/** Ideal values, which a camera meets as well as it can. */
export const constraintsFor = ({ width, height, frameRate }: Resolution) => ({
  width: { ideal: width },
  height: { ideal: height },
  frameRate: { ideal: frameRate },
})
