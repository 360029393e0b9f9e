import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { ConnectFourCommand } from '../../domain/activities/connect-four/index.js'
import type { ActivityCommand } from '../../domain/kernel/activity.js'
import type { PickerCommand } from '../../domain/activities/random-picker/index.js'
import type { Relay } from '../../domain/activities/relay/index.js'
import { relay } from '../../domain/activities/relay/index.js'
import type { QuizCommand } from '../../domain/activities/telequiz/index.js'
import type { RoomModel } from '../../domain/room/index.js'
import { lookup } from '../../domain/kernel/record.js'
import type { Malformed } from '../../domain/kernel/rejection.js'
import { decodePayload } from './decode-payload.js'
import { nothing } from './schemas.js'

/** A draw's members as clients name them: text, or an id and a name. */
const drawMember = z.union([z.string(), z.object({ id: z.string().optional(), name: z.string() })])

type DrawMember = { readonly id?: string; readonly name: string }

/**
 * Ten thousand members are checked by a loop that stops at the first that is none: a union's error for each of them
 * would hold up everybody else for a quarter of a second.
 */
const drawMembers = z
  .array(z.unknown())
  .max(10_000)
  .meta({ items: z.toJSONSchema(drawMember, { io: 'input' }) })
  .transform((members, context): ReadonlyArray<DrawMember> => {
    const read: Array<DrawMember> = []
    for (const [place, said] of members.entries()) {
      const member = drawMemberOf(said)
      if (member !== undefined) read.push(member)
      else {
        context.addIssue({ code: 'custom', path: [place], message: 'must be text, or an id and a name' })
        return z.NEVER
      }
    }
    return read
  })

const drawMemberOf = (said: unknown): DrawMember | undefined => {
  if (typeof said === 'string') return { name: said }
  if (typeof said !== 'object' || said === null || !('name' in said)) return undefined
  const { name } = said
  if (typeof name !== 'string') return undefined
  if (!('id' in said) || said.id === undefined) return { name }
  return typeof said.id === 'string' ? { id: said.id, name } : undefined
}

/** `{ members, nonce? }`, or the bare list of members. */
export const startRandom = z.union([
  drawMembers.transform((members) => ({ members, nonce: undefined })),
  z.object({ members: drawMembers, nonce: z.string().optional() }),
])

export const startCommand = ({ members, nonce }: z.output<typeof startRandom>): PickerCommand =>
  nonce === undefined ? { type: 'start', members } : { type: 'start', members, nonce }

export const contributeEntropy = z.object({ entropy: z.string().max(64) })

const columns = [0, 1, 2, 3, 4, 5, 6] as const
const levels = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const

const column = z.literal(columns, 'must be 0 to 6')
const level = z.literal(levels, 'must be 1 to 10')

/** Neither a beginner nor anybody to be afraid of. */
const usualLevel = 5

/** Of a game of Connect Four, wherever it is asked for: by its own event, natively or in a party. */
export const gameWanted = {
  opponent: z.enum(['human', 'ai']),
  level: level.optional(),
  first: z.enum(['me', 'them']).prefault('me'),
}
export const discDropped = { column, ply: z.number().int().min(1).max(42).optional() }

const createGame = z.object(gameWanted)
const dropDisc = z.object(discDropped)

export const createCommand = ({
  opponent,
  level: wanted,
  first,
}: z.output<typeof createGame>): ConnectFourCommand => ({
  type: 'create',
  first,
  opponent: opponent === 'ai' ? { kind: 'ai', level: wanted ?? usualLevel } : { kind: 'human' },
})

export const dropCommand = ({ column: into, ply }: z.output<typeof dropDisc>): ConnectFourCommand =>
  ply === undefined ? { type: 'drop', column: into } : { type: 'drop', column: into, ply }

/** A command that is said by its name alone. */
const bare =
  (command: ActivityCommand): Decode =>
  (payload) =>
    E.map(() => command)(decodePayload(nothing, payload))

/** The bounds of each text and number are the quiz's own to check. */
const startQuiz = z.object({
  questions: z
    .array(
      z.object({
        text: z.string(),
        choices: z.array(z.string()).max(10),
        answer: z.number(),
        seconds: z.number(),
      }),
    )
    .max(100),
})

const giveAnswer = z.object({ choice: z.number(), question: z.number().int().positive().optional() })

type Decode = (payload: unknown) => Either<Malformed, ActivityCommand>

/** The commands of each activity by the names they have on the wire. */
const wireCommands: Readonly<Record<string, ReadonlyMap<string, Decode>>> = {
  'random-picker': new Map<string, Decode>([
    ['start', (payload) => E.map(startCommand)(decodePayload(startRandom, payload))],
    [
      'contribute',
      (payload) =>
        E.map(({ entropy }: z.output<typeof contributeEntropy>): PickerCommand => ({
          type: 'contribute',
          entropy,
        }))(decodePayload(contributeEntropy, payload)),
    ],
    ['cancel', bare({ type: 'cancel' })],
  ]),
  'connect-four': new Map<string, Decode>([
    ['create', (payload) => E.map(createCommand)(decodePayload(createGame, payload))],
    ['join', bare({ type: 'join' })],
    ['drop', (payload) => E.map(dropCommand)(decodePayload(dropDisc, payload))],
    ['resign', bare({ type: 'resign' })],
    ['rematch', bare({ type: 'rematch' })],
  ]),
  telequiz: new Map<string, Decode>([
    [
      'start',
      (payload) =>
        E.map(({ questions }: z.output<typeof startQuiz>): QuizCommand => ({
          type: 'start-quiz',
          questions,
        }))(decodePayload(startQuiz, payload)),
    ],
    [
      'answer',
      (payload) =>
        E.map(({ choice, question }: z.output<typeof giveAnswer>): QuizCommand => ({
          type: 'give-answer',
          choice,
          ...(question === undefined ? {} : { question }),
        }))(decodePayload(giveAnswer, payload)),
    ],
  ]),
}

/**
 * A module's command by its name on the wire. Whether the module is known and active is the room's to say, so a name
 * that no activity has is a relay's command until then.
 */
export const decodeModuleCommand = (
  module: string,
  event: string,
  payload: unknown,
  /** the field in which the client named the command */
  nameAt: 'type' | 'event',
  model: RoomModel,
): Either<Malformed, ActivityCommand> => {
  const activity = model.activityFor(module)
  if (activity === undefined || activity === relay.name) {
    const command: Relay = { type: 'relay', event, payload: payload ?? null }
    return E.right(command)
  }
  const decode = decoderOf(activity, event, model)
  return decode === undefined
    ? E.left({ type: 'invalid-payload', path: nameAt, problem: `names no command of ${activity}` })
    : decode(payload)
}

const decoderOf = (activity: string, event: string, model: RoomModel): Decode | undefined =>
  lookup(model.activity(activity)?.commandDecoders ?? {}, event) ?? lookup(wireCommands, activity)?.get(event)
