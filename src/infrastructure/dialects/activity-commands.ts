import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import type { ActivityCommand, ActivityName } from '../../domain/activities/registry.js'
import { activityFor } from '../../domain/activities/registry.js'
import type { Malformed } from './refusals.js'
import { decoded } from './schemas.js'

/** A draw's members as clients name them: text, or an id and a name. */
const drawMembers = z
  .array(
    z.union([
      z.string().transform((name) => ({ name })),
      z
        .object({ id: z.string().optional(), name: z.string() })
        .transform(({ id, name }) => (id === undefined ? { name } : { id, name })),
    ]),
  )
  .max(10_000)

/** `{ members, nonce? }`, or the bare list of members. */
export const startRandom = z.union([
  drawMembers.transform((members) => ({ members, nonce: undefined })),
  z.object({ members: drawMembers, nonce: z.string().optional() }),
])

export const contributeEntropy = z.object({ entropy: z.string().max(64) })

export const nothing = z.object({})

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
