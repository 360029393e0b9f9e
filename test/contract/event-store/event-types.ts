import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { RoomId } from '../../../src/domain/kernel/ids.js'
import { commandId, connectionId, memberId } from '../../../src/domain/kernel/ids.js'
import type { BuiltInEvent } from '../../kit/built-in-events.js'
import { roomRecord } from '../../kit/built-in-events.js'
import { ann, first } from './records.js'

/** One record of each type with all its fields; a missing type is a compile error. */
export const recordsOfEachType = (of: RoomId): ReadonlyArray<RoomRecord> => {
  const member = { id: 'ann', name: 'Ann' }
  const proof = {
    algorithm: 'draw/1' as const,
    room: of,
    drawNo: 1,
    serverSeed: '00',
    commitment: '11',
    members: [member],
    contributions: [{ by: 'socket-1', entropy: '22' }],
    ticks: 50,
  }
  const id = memberId('socket-1')
  const tie = { session: ann, connection: connectionId('connection-1') }
  const entered = { memberId: id, dialect: 'picker', role: 'viewer' } as const
  const events: {
    readonly [Type in BuiltInEvent['type']]: Extract<BuiltInEvent, { readonly type: Type }>
  } = {
    'room.created': {
      type: 'room.created',
      data: { room: of, isPrivate: true, maxPeers: 10, history: 'own' },
      secret: { tokenHash: 'f0' },
    },
    'room.member-joined': {
      type: 'room.member-joined',
      data: { ...entered, name: 'Änn 𝄞', userId: null, profile: { colour: 'red' } },
      secret: tie,
    },
    'room.member-away': { type: 'room.member-away', data: { memberId: id, until: 12.5 } },
    'room.member-back': { type: 'room.member-back', data: { memberId: id }, secret: tie },
    'room.member-left': { type: 'room.member-left', data: { ...entered, reason: 'left' } },
    'room.role-changed': {
      type: 'room.role-changed',
      data: { memberId: id, dialect: 'picker', from: 'viewer', to: 'broadcaster' },
    },
    'room.activity-activated': {
      type: 'room.activity-activated',
      data: { activity: 'quiz', runBy: 'relay', options: { by: 'Ann' } },
    },
    'room.activity-deactivated': { type: 'room.activity-deactivated', data: { activity: 'quiz' } },
    'room.signalled': {
      type: 'room.signalled',
      data: { from: id, to: memberId('socket-2'), kind: 'offer', count: 2, bytes: 4_096 },
    },
    'room.closed': { type: 'room.closed', data: { reason: 'imported' } },
    'random-picker.committed': {
      type: 'random-picker.committed',
      data: { drawNo: 1, commitment: '11' },
      secret: { serverSeed: '00' },
    },
    'random-picker.contributed': {
      type: 'random-picker.contributed',
      data: { drawNo: 1, by: 'socket-1', entropy: '22' },
    },
    'random-picker.started': {
      type: 'random-picker.started',
      data: {
        drawId: 'main-1',
        drawNo: 1,
        members: [member],
        ticks: 50,
        intervalMs: 100,
        commitment: '11',
        startedAt: 1_700_000_000_000,
      },
      secret: { plan: [0, 0, 0] },
    },
    'random-picker.highlight': {
      type: 'random-picker.highlight',
      data: { drawId: 'main-1', tick: 1, index: 0, member },
    },
    'random-picker.complete': {
      type: 'random-picker.complete',
      data: { drawId: 'main-1', index: 0, winner: member, proof },
    },
    'random-picker.cancelled': {
      type: 'random-picker.cancelled',
      data: { drawId: 'main-1', reason: 'cancelled', proof },
    },
    'connect-four.created': {
      type: 'connect-four.created',
      data: { players: { 1: { kind: 'human', memberId: id }, 2: null } },
    },
    'connect-four.started': {
      type: 'connect-four.started',
      data: {
        players: { 1: { kind: 'human', memberId: id }, 2: { kind: 'ai', level: 10 } },
        next: 1,
        board: [],
      },
    },
    'connect-four.moved': {
      type: 'connect-four.moved',
      data: { player: 1, column: 3, row: 5, ply: 1, board: [[0, 1, 2]], next: 2, status: 'playing' },
    },
    'connect-four.over': {
      type: 'connect-four.over',
      data: {
        winner: 1,
        reason: 'four',
        line: [
          [5, 0],
          [5, 1],
          [5, 2],
          [5, 3],
        ],
      },
    },
    'connect-four.rematch-asked': { type: 'connect-four.rematch-asked', data: { player: 2 } },
    'telequiz.opened': { type: 'telequiz.opened', data: { host: id, userId: 'user-1' } },
    'telequiz.question': {
      type: 'telequiz.question',
      data: { number: 1, of: 2, text: 'Übung?', choices: ['𝄞', 'é'], closesAt: 1_700_000_000_000 },
      secret: { answer: 1, later: [{ text: 'And?', choices: ['a', 'b'], answer: 0, seconds: 1.5 }] },
    },
    'telequiz.answered': { type: 'telequiz.answered', data: { number: 1, user: 'user-2', choice: 0 } },
    'telequiz.closed': { type: 'telequiz.closed', data: { number: 1, answer: 1, counts: [1, 0] } },
    'telequiz.scores': {
      type: 'telequiz.scores',
      data: { number: 1, table: [{ user: 'user-2', score: 0 }] },
    },
    'telequiz.finished': { type: 'telequiz.finished', data: { table: [{ user: 'user-2', score: 0 }] } },
    'relay.event': { type: 'relay.event', data: { module: 'quiz', event: 'said', payload: null } },
  }
  return Object.values(events).map((event, index) =>
    roomRecord({
      ...event,
      room: of,
      epoch: first,
      seq: index + 1,
      at: 1_700_000_000_000 + index,
      by: index % 2 === 0 ? null : id,
      cause: index % 3 === 0 ? { id: commandId(`c${index}`), digest: 'ab' } : null,
    }),
  )
}
