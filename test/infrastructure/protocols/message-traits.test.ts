import { expect, test } from 'vitest'
import { builtInProtocols } from '../../../src/plugins.js'

const eventsWith = (trait: 'isFrequent' | 'maxBytes'): ReadonlyArray<readonly [string, unknown]> =>
  builtInProtocols.flatMap(({ incoming }) =>
    Object.entries(incoming).flatMap(([event, { [trait]: value }]) =>
      value === undefined ? [] : [[event, value] as const],
    ),
  )

test('the frequent messages of the built-in protocols are signals and module events (E-64)', () => {
  expect(eventsWith('isFrequent')).toEqual(
    [
      'signal',
      'offer',
      'answer',
      'ice-candidate',
      'webrtc:offer',
      'webrtc:answer',
      'webrtc:ice',
      'PEER_RELAY_SIGNAL',
      'CUSTOM_MODULE_EVENT',
    ].map((event) => [event, true]),
  )
})

test('a draw may have 512 KiB, by each of its event names', () => {
  expect(eventsWith('maxBytes')).toEqual(
    ['command', 'startRandom', 'start-random'].map((event) => [event, 512 * 1024]),
  )
})
