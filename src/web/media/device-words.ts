import type { Obstacle } from './device.js'
import type { DeviceStates } from './own-devices.js'

const insecure =
  'Browsers give the camera and the microphone only to pages on HTTPS. Open this page by https:// to be seen and heard.'

const allowing = 'You can change that in the browser’s address bar.'

const words: Readonly<Record<Obstacle, (thing: string) => string>> = {
  insecure: () => insecure,
  denied: (thing) => `The ${thing} is not allowed on this page. ${allowing}`,
  missing: (thing) => `No ${thing} was found.`,
  'in-use': (thing) => `The ${thing} is in use by another program.`,
  failed: (thing) => `The ${thing} could not be started.`,
}

const wordsForBoth: Readonly<Record<Obstacle, string>> = {
  insecure,
  denied: `Camera and microphone are not allowed on this page. ${allowing}`,
  missing: 'No camera and no microphone were found.',
  'in-use': 'Camera and microphone are in use by another program.',
  failed: 'Camera and microphone could not be started.',
}

/** What is missing, why, and what goes on all the same; `null`: nothing is. */
export const deviceTrouble = ({ microphone, camera }: DeviceStates, goesOn: string): string | null => {
  const noSound = microphone.type === 'unavailable' ? microphone.why : null
  const noPicture = camera.type === 'unavailable' ? camera.why : null
  if (noSound === null && noPicture === null) return null
  if (noSound === noPicture && noSound !== null) return `${wordsForBoth[noSound]} ${goesOn}`
  const parts = [
    ...(noPicture === null ? [] : [words[noPicture]('camera')]),
    ...(noSound === null ? [] : [words[noSound]('microphone')]),
  ]
  return `${parts.join(' ')} ${goesOn}`
}
