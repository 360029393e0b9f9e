import * as E from '#fp/Either'
import { z } from 'zod'
import { decodePayload, payloadDecoder } from '../../kernel/payload-decoder.js'
import type { PayloadDecoder } from '../../kernel/payload-decoder.js'
import { maxMembers } from './fairness.js'

export interface Start {
  readonly type: 'start'
  readonly members: ReadonlyArray<{ readonly id?: string; readonly name: string }>
  readonly nonce?: string
}

export interface Contribute {
  readonly type: 'contribute'
  /** 16 to 32 bytes in hex. */
  readonly entropy: string
}

export interface Cancel {
  readonly type: 'cancel'
}

/** Sent by the room's timer. */
export interface Tick {
  readonly type: 'tick'
  readonly drawId: string
  readonly tick: number
}

export type PickerCommand = Start | Contribute | Cancel | Tick

/** A member of a draw as clients name it: text, or an id and a name. */
const drawMember = z.union([z.string(), z.object({ id: z.string().optional(), name: z.string() })])

type DrawMember = Start['members'][number]

/**
 * A loop checks the members and stops at the first wrong one: the errors of a union for each of ten thousand members
 * would block the process for a quarter of a second.
 */
const drawMembers = z
  .array(z.unknown())
  .max(maxMembers)
  .meta({ items: z.toJSONSchema(drawMember, { io: 'input' }) })
  .transform((values, context): ReadonlyArray<DrawMember> => {
    const members: Array<DrawMember> = []
    for (const [index, value] of values.entries()) {
      const member = drawMemberOf(value)
      if (member === undefined) {
        context.addIssue({ code: 'custom', path: [index], message: 'must be text, or an id and a name' })
        return z.NEVER
      }
      members.push(member)
    }
    return members
  })

const drawMemberOf = (value: unknown): DrawMember | undefined => {
  if (typeof value === 'string') return { name: value }
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined
  const { name } = value
  if (typeof name !== 'string') return undefined
  if (!('id' in value) || value.id === undefined) return { name }
  return typeof value.id === 'string' ? { id: value.id, name } : undefined
}

/** `{ members, nonce? }`, or the bare list of members. */
export const startPayload = z.union([
  drawMembers.transform((members) => ({ members, nonce: undefined })),
  z.object({ members: drawMembers, nonce: z.string().optional() }),
])

export const startCommand = ({ members, nonce }: z.output<typeof startPayload>): Start =>
  nonce === undefined ? { type: 'start', members } : { type: 'start', members, nonce }

export const contributePayload = z.object({ entropy: z.string().max(64) })

export const clientCommands: Readonly<Record<string, PayloadDecoder<PickerCommand>>> = {
  start: (payload) => E.map(startCommand)(decodePayload(startPayload, payload)),
  contribute: payloadDecoder(
    contributePayload.transform(({ entropy }) => ({ type: 'contribute', entropy }) as const),
  ),
  cancel: payloadDecoder(z.object({}).transform(() => ({ type: 'cancel' }) as const)),
}
