import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { ActivityCommand, ActivityName } from '../../domain/activities/registry.js'
import { activityFor } from '../../domain/activities/registry.js'
import type { Malformed } from './refusals.js'
import { decoded, nothing } from './schemas.js'

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

export const contributeEntropy = z.object({ entropy: z.string().max(64) })

type Decode = (payload: unknown) => Either<Malformed, ActivityCommand>

/** The commands of each activity by the names they have on the wire. The compiler asks for each new one here. */
const wireCommands: Readonly<Record<Exclude<ActivityName, 'relay'>, ReadonlyMap<string, Decode>>> = {
  'random-picker': new Map<string, Decode>([
    [
      'start',
      (payload) =>
        E.map(({ members, nonce }: z.output<typeof startRandom>): ActivityCommand =>
          nonce === undefined ? { type: 'start', members } : { type: 'start', members, nonce },
        )(decoded(startRandom, payload)),
    ],
    [
      'contribute',
      (payload) =>
        E.map(({ entropy }: z.output<typeof contributeEntropy>): ActivityCommand => ({
          type: 'contribute',
          entropy,
        }))(decoded(contributeEntropy, payload)),
    ],
    ['cancel', (payload) => E.map((): ActivityCommand => ({ type: 'cancel' }))(decoded(nothing, payload))],
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
): Either<Malformed, ActivityCommand> => {
  const activity = activityFor(module)
  if (activity === undefined || activity === 'relay') {
    return E.right({ type: 'relay', event, payload: payload ?? null })
  }
  const decode = wireCommands[activity].get(event)
  return decode === undefined
    ? E.left({ type: 'invalid-payload', path: 'type', problem: `names no command of ${activity}` })
    : decode(payload)
}
