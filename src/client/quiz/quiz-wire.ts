import type { QuizEvent, QuizState, Question } from '../../domain/activities/telequiz/index.js'
import type { DomainEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Member, RoomOwnEvent } from '../../domain/room/index.js'
import type { Emitted } from '../session-client.js'
import type { Stamp } from '../wire.js'

/** What a quiz needs of the native protocol on `/rooms`, as in wire.md under “Native”. */

interface Place {
  readonly room: RoomId
  readonly seq: number
  /** epoch ms by the engine's clock */
  readonly at: number
  readonly by?: MemberId
}

/** A recorded event, as this member may see it. */
export type ShownEvent = Place & { readonly type: string; readonly data: unknown }

type Shown<F extends DomainEvent> = F extends DomainEvent ? Place & Pick<F, 'type' | 'data'> : never

type HandledRoomEvent = Extract<
  RoomOwnEvent,
  {
    type:
      | 'room.member-joined'
      | 'room.member-away'
      | 'room.member-back'
      | 'room.member-left'
      | 'room.activity-activated'
      | 'room.activity-deactivated'
  }
>

export type QuizShown = Shown<QuizEvent>
export type HandledEvent = QuizShown | Shown<HandledRoomEvent>

const handledTypes: Readonly<Record<HandledEvent['type'], true>> = {
  'room.member-joined': true,
  'room.member-away': true,
  'room.member-back': true,
  'room.member-left': true,
  'room.activity-activated': true,
  'room.activity-deactivated': true,
  'telequiz.opened': true,
  'telequiz.question': true,
  'telequiz.answered': true,
  'telequiz.closed': true,
  'telequiz.scores': true,
  'telequiz.finished': true,
}

/** Other modules of the room, and later versions of this one, have more events: a quiz ignores them. */
export const isHandled = (event: ShownEvent): event is HandledEvent => Object.hasOwn(handledTypes, event.type)

export type MemberView = Pick<Member, 'id' | 'name' | 'userId' | 'entries' | 'presence'>

export interface RoomView {
  readonly members: Readonly<Record<string, MemberView>>
  readonly modules: { readonly telequiz?: { readonly active: boolean; readonly state: QuizState } }
}

export interface QuizJoin {
  readonly room: string
  readonly create?: boolean
  readonly name?: string
  readonly token?: string
  readonly after?: { readonly epoch: string; readonly seq: number }
}

export interface QuizJoined {
  readonly room: string
  readonly memberId: MemberId
  readonly epoch: string
  readonly seq: number
  /** `reset`: it is another log, and the client's offset does not apply */
  readonly recovered: 'new' | 'resumed' | 'reset'
  readonly state: RoomView
  readonly missed: ReadonlyArray<ShownEvent>
}

export type QuizCommand =
  | { readonly type: 'room.activate'; readonly payload: { readonly activity: 'telequiz' } }
  | { readonly type: 'room.deactivate'; readonly payload: { readonly activity: 'telequiz' } }
  | { readonly type: 'telequiz.start'; readonly payload: { readonly questions: ReadonlyArray<Question> } }
  | {
      readonly type: 'telequiz.answer'
      readonly payload: { readonly choice: number; readonly question: number }
    }

export interface QuizRequests {
  join: { request: QuizJoin; result: QuizJoined }
  command: {
    request: QuizCommand & { readonly room: string; readonly id: string }
    result: { readonly seq: number }
  }
  signal: {
    request: { readonly room: string; readonly to: string; readonly kind: string; readonly data: object }
    result: object
  }
  leave: { request: { readonly room: string }; result: object }
}

export interface QuizSignalled {
  readonly from: string
  readonly kind: string
  readonly data: unknown
}

export type QuizEmit =
  | { readonly event: 'event'; readonly payload: ShownEvent & Stamp }
  | { readonly event: 'events'; readonly payload: ReadonlyArray<ShownEvent> & Stamp }
  | { readonly event: 'signal'; readonly payload: QuizSignalled & Stamp }

const emitNames: ReadonlySet<string> = new Set<QuizEmit['event']>(['event', 'events', 'signal'])

export const isQuizEmit = (received: { event: string; payload: unknown }): received is QuizEmit & Emitted =>
  emitNames.has(received.event) && typeof received.payload === 'object' && received.payload !== null
