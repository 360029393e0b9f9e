import type { Append, RoomRecord } from '../../../../src/application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../../src/domain/kernel/ids.js'
import { epoch, memberId, sessionKey } from '../../../../src/domain/kernel/ids.js'
import { roomRecord } from '../../../kit/built-in-events.js'

export const firstEpoch: Epoch = epoch('epoch-1')

/** A record with a message of a member. */
export const messageRecord = (room: RoomId, seq: number, text: string = 'hello'): RoomRecord =>
  roomRecord({
    type: 'relay.event',
    data: { module: 'quiz', event: 'said', payload: { text, seq } },
    room,
    epoch: firstEpoch,
    seq,
    at: 1_700_000_000_000 + seq,
    by: memberId('socket-1'),
    cause: null,
  })

export const appendOf = (
  room: RoomId,
  expectedSeq: number,
  count: number,
  rest: Partial<Append> & { readonly text?: string } = {},
): Append => {
  const { text, ...overridden } = rest
  return {
    room,
    epoch: firstEpoch,
    expectedSeq,
    records: Array.from({ length: count }, (_, place) => messageRecord(room, expectedSeq + place + 1, text)),
    due: null,
    occupied: false,
    addedSessions: [],
    removedSessions: [],
    ...overridden,
  }
}

export const ann = sessionKey('a'.repeat(64))
