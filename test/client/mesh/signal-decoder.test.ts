import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCandidate, decodeDescription } from '../../../src/client/mesh/signal-decoder.js'

describe('signals of other clients', () => {
  test('never throw, whatever they contain', () =>
    fc.assert(
      fc.property(fc.anything(), (said) => {
        decodeDescription('offer', said)
        decodeCandidate(said)
      }),
    ))

  test.each([
    ['v=0', { type: 'offer', sdp: 'v=0' }],
    [{ sdp: 'v=0' }, { type: 'offer', sdp: 'v=0' }],
    [
      { type: 'rollback', sdp: 'v=0' },
      { type: 'offer', sdp: 'v=0' },
    ],
    [{ type: 'offer' }, null],
    [null, null],
  ])('are a description with the type of the event, not their own: %j', (said, read) => {
    expect(decodeDescription('offer', said)).toEqual(read)
  })

  test.each([
    ['candidate:1', { candidate: 'candidate:1', sdpMLineIndex: 0 }],
    [
      { candidate: 'c', sdpMid: 'a' },
      { candidate: 'c', sdpMid: 'a', sdpMLineIndex: null, usernameFragment: null },
    ],
    [{ candidate: 'c' }, { candidate: 'c', sdpMid: null, sdpMLineIndex: 0, usernameFragment: null }],
    [{ candidate: '', sdpMid: '0' }, null],
    ['', null],
    [null, null],
  ])('are a candidate in each of its forms: %j', (said, read) => {
    expect(decodeCandidate(said)).toEqual(read)
  })
})
