import { expect, test } from 'vitest'
import type { PeerMedia } from '../../../src/client/mesh/peer-media.js'
import { hueOf, initialsOf, nameOf, peersChangeText } from '../../../src/web/meet/call/call-text.js'

const media = (screen: object | null = null): PeerMedia<object> => ({
  connection: 'connected',
  sound: [],
  isMuted: false,
  camera: null,
  screen,
})

const peer = (id: string, name: string | null, screen: object | null = null) => ({
  id,
  name,
  media: media(screen),
})

const ann = peer('1', 'Ann')
const bob = peer('2', 'Bob')
const cleo = peer('3', 'Cléo')

test.each([
  [[], [ann], 'Ann has joined.'],
  [[ann], [ann, bob, cleo], 'Bob and Cléo have joined.'],
  [[ann, bob, cleo], [], 'Ann, Bob and Cléo have left.'],
  [[ann], [bob], 'Bob has joined. Ann has left.'],
  [[ann], [peer('1', 'Ann', {})], 'Ann shows a screen.'],
  [[], [peer('9', null)], 'Guest has joined.'],
  [[ann, bob], [ann, bob], null],
  [[peer('1', 'Ann', {})], [ann], null],
])('a screen reader is told who came, who went and who shows something (%#)', (before, now, news) => {
  expect(peersChangeText(before, now)).toBe(news)
})

test('shortens any name to at most two initials', () => {
  expect(['Ann', 'Lea Brandt', '  Ana  María de la  Vega ', '🦊 Fox', ''].map(initialsOf)).toEqual([
    'A',
    'LB',
    'AV',
    '🦊F',
    '',
  ])
})

test('calls a peer without a name a guest, and gives every peer a hue', () => {
  expect([nameOf({ name: null }), nameOf({ name: '' }), nameOf({ name: 'Ann' })]).toEqual([
    'Guest',
    'Guest',
    'Ann',
  ])
  expect(hueOf('a-socket-id')).toBe(hueOf('a-socket-id'))
  for (const id of ['', 'x', 'ü🦊'.repeat(50)]) {
    expect(hueOf(id)).toBeGreaterThanOrEqual(0)
    expect(hueOf(id)).toBeLessThan(360)
  }
})
