import {
  defineProtocol,
  eventIn,
  message,
  moduleCommand,
  on,
  reply,
  roomEvents,
  roomId,
  toEveryone,
  toOthers,
} from 'roomreel'
import { z } from 'zod'
import { showOfHands } from '../show-of-hands/index.js'

const roomName = z.string().regex(/^[a-z]{1,32}$/, 'must be 1 to 32 lower-case letters')
const nothing = z.object({})

/** A protocol of an application, on `/hands`: people join a room, ask questions and raise their hands. */
export const handsProtocol = defineProtocol({
  name: 'hands',
  namespace: '/hands',
  roles: { voter: {} },
  rooms: 'one',
  activity: 'show-of-hands',
  incoming: {
    join: message({
      summary: 'Enters a room, and leaves the one before',
      access: 'anyone',
      payload: z.object({ room: roomName, name: z.string().max(200).optional() }),
      reply: z.object({ memberId: z.string() }),
      handle: (context, { room, name }) =>
        context.enterRoom(
          { room: roomId(room), role: 'voter', name, creates: true, activates: 'show-of-hands' },
          ({ member }) => reply({ memberId: member.id }),
        ),
    }),
    ask: message({
      summary: 'Asks a question, for so many seconds',
      access: 'member',
      payload: z.object({ question: z.string().min(1).max(200), seconds: z.number().min(1).max(600) }),
      reply: z.object({ closesAt: z.number() }),
      handle: (context, { question, seconds }) =>
        context.submit(
          moduleCommand(showOfHands, { type: 'ask', question, seconds, secret: false }),
          (result) => reply({ closesAt: eventIn(showOfHands, 'show-of-hands.asked', result).closesAt }),
        ),
    }),
    raise: message({
      summary: 'Raises a hand',
      access: 'member',
      payload: nothing,
      reply: nothing,
      handle: (context) => context.submit(moduleCommand(showOfHands, { type: 'raise' }), () => reply({})),
    }),
    leave: message({
      summary: 'Leaves the room',
      access: 'member',
      payload: nothing,
      reply: nothing,
      handle: (context) => context.leaveRoom(),
    }),
  },
  outgoing: {
    joined: { summary: 'Another member has joined', payload: z.object({ memberId: z.string() }) },
    question: {
      summary: 'A question is open',
      payload: z.object({ question: z.string(), closesAt: z.number() }),
    },
    raised: { summary: 'A member has raised a hand', payload: z.object({ memberId: z.string() }) },
    result: { summary: 'The question is closed', payload: z.object({ count: z.number(), of: z.number() }) },
  },
  events: [
    on(roomEvents, {
      'room.member-joined': ({ data: { dialect, memberId } }) =>
        dialect === 'hands' ? [toOthers(memberId, 'joined', { memberId })] : [],
      'room.created': null,
      'room.member-away': null,
      'room.member-back': null,
      'room.member-left': null,
      'room.role-changed': null,
      'room.activity-activated': null,
      'room.activity-deactivated': null,
      'room.signalled': null,
      'room.closed': null,
    }),
    on(showOfHands, {
      'show-of-hands.asked': ({ data: { question, closesAt } }) => [
        toEveryone('question', { question, closesAt }),
      ],
      // The data of an event is not redacted here: a secret vote stays secret because nothing is sent.
      'show-of-hands.raised': ({ data: { who, isSecret } }) =>
        isSecret ? [] : [toEveryone('raised', { memberId: who })],
      'show-of-hands.closed': ({ data: { count, of } }) => [toEveryone('result', { count, of })],
      'show-of-hands.lowered': null,
      'show-of-hands.dropped': null,
    }),
  ],
  errorFor: ({ type }) =>
    type === 'not-in-room' ? { message: 'Join a room before you ask or raise your hand' } : undefined,
})
