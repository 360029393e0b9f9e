import type { Obstacle } from './device.js'
import type { DeviceStates } from './own-devices.js'

const insecure =
  'Browsers give the camera and the microphone only to pages on HTTPS. Open this page by https:// to be seen and heard.'

const allowing = 'You can change that in the browser’s address bar.'

const problemOf: Readonly<Record<Obstacle, (thing: string) => string>> = {
  insecure: () => insecure,
  denied: (thing) => `The ${thing} is not allowed on this page. ${allowing}`,
  missing: (thing) => `No ${thing} was found.`,
  'in-use': (thing) => `The ${thing} is in use by another program.`,
  failed: (thing) => `The ${thing} could not be started.`,
}

const problemOfBoth: Readonly<Record<Obstacle, string>> = {
  insecure,
  denied: `Camera and microphone are not allowed on this page. ${allowing}`,
  missing: 'No camera and no microphone were found.',
  'in-use': 'Camera and microphone are in use by another program.',
  failed: 'Camera and microphone could not be started.',
}

/** Which device is missing, why, and what works without it; `null`: none is missing. */
export const deviceProblemText = ({ microphone, camera }: DeviceStates, goesOn: string): string | null => {
  const soundObstacle = microphone.type === 'unavailable' ? microphone.why : null
  const pictureObstacle = camera.type === 'unavailable' ? camera.why : null
  if (soundObstacle === null && pictureObstacle === null) return null
  if (soundObstacle === pictureObstacle && soundObstacle !== null)
    return `${problemOfBoth[soundObstacle]} ${goesOn}`
  const parts = [
    ...(pictureObstacle === null ? [] : [problemOf[pictureObstacle]('camera')]),
    ...(soundObstacle === null ? [] : [problemOf[soundObstacle]('microphone')]),
  ]
  return `${parts.join(' ')} ${goesOn}`
}
