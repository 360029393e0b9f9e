/** Why there is no picture or sound of one's own. */
export type Obstacle =
  /** browsers give cameras to pages on HTTPS and localhost alone */
  'insecure' | 'denied' | 'missing' | 'in-use' | 'failed'

/** A microphone, a camera or a shared screen, as it is right now. */
export type Device<Track> =
  | { readonly type: 'off' }
  | { readonly type: 'starting' }
  | { readonly type: 'on'; readonly track: Track }
  | { readonly type: 'unavailable'; readonly why: Obstacle }

/** By the names that browsers give their refusals: https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
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

/** What a camera films in: each peer gets the picture from here, so the more there are, the smaller it is. */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly frameRate: number
}

export const pictureFor = (others: number): Picture => {
  if (others <= 2) return { width: 1280, height: 720, frameRate: 30 }
  if (others <= 4) return { width: 640, height: 360, frameRate: 24 }
  return { width: 320, height: 180, frameRate: 15 }
}

/** As wishes, which a camera meets as well as it can. */
export const constraintsFor = ({ width, height, frameRate }: Picture) => ({
  width: { ideal: width },
  height: { ideal: height },
  frameRate: { ideal: frameRate },
})
