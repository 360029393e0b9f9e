import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeSignal } from '../../../src/client/mesh/peer-signal.js'

describe('decodeSignal', () => {
  test('never throws, whatever the content is', () =>
    fc.assert(
      fc.property(fc.constantFrom('offer', 'answer', 'candidate'), fc.anything(), (kind, content) => {
        decodeSignal(kind, {}, content)
      }),
    ))

  test.each([
    ['v=0', { type: 'offer', sdp: 'v=0' }],
    [{ sdp: 'v=0' }, { type: 'offer', sdp: 'v=0' }],
    [
      { type: 'rollback', sdp: 'v=0' },
      { type: 'offer', sdp: 'v=0' },
    ],
  ])('gives a description the type of its event: %j', (content, description) => {
    const negotiation = 1
    expect(decodeSignal('offer', { negotiation }, content)).toEqual({
      kind: 'offer',
      negotiation,
      description,
    })
  })

  test.each([{ type: 'offer' }, null])('rejects a description without SDP: %j', (content) => {
    expect(decodeSignal('offer', {}, content)).toBeNull()
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
  ])('reads a candidate in each of its forms: %j', (content, candidate) => {
    expect(decodeSignal('candidate', {}, content)).toEqual({
      kind: 'candidate',
      negotiation: null,
      candidate,
    })
  })
})
