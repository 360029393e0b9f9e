import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { z } from 'zod'
import { roomId } from '../../domain/kernel/ids.js'
import { iceServer } from '../config/ice-servers.js'
import type { PayloadDecoder } from '../../domain/kernel/activity-plugin.js'
import type { Malformed } from './error-mapping.js'

/** Pieces that several vocabularies share; the bounds are the contract's. */
export const roomName = z
  .string()
  .regex(/^[A-Za-z0-9\-_.:]{1,128}$/, 'must be 1 to 128 of letters, digits and -_.:')
  .transform(roomId)
export const displayName = z.string().max(200)
export const roomToken = z.string().min(1).max(256)
export const place = { room: z.string(), seq: z.number().int(), at: z.number() }
export const candidate = z.object({ id: z.string(), name: z.string() })
export const iceServers = z.array(iceServer)
/** `ice-servers`, in every vocabulary whose joins tell them. */
export const newIceServers = {
  summary: 'New ICE servers, to be used from now on: those that were told before end soon',
  payload: z.object({ iceServers, expiresAt: z.number() }),
}
/** What every namespace says first; described once for each. */
export const session = {
  summary:
    'On each connect, before anything else; whoever presents the secret `sessionId` again is who it was',
  payload: z.object({
    sessionId: z.string(),
    graceMs: z.number().int(),
    resumed: z.boolean(),
    rooms: z.array(z.string()),
    memberships: z.array(
      z.object({
        room: z.string(),
        memberId: z.string(),
        role: z.string(),
        epoch: z.string(),
        seq: z.number().int(),
      }),
    ),
    /** What may have been lost on its way to this member, by a crash of the server or because it was too much to be kept. */
    signalsLost: z
      .array(z.object({ room: z.string(), from: z.string(), kind: z.string(), count: z.number().int() }))
      .optional(),
    /** Memberships that somebody else has ended while this session was away; told once. */
    ended: z
      .array(
        z.object({
          room: z.string(),
          memberId: z.string(),
          role: z.string(),
          reason: z.enum(['removed', 'displaced', 'closed']),
        }),
      )
      .optional(),
  }),
}
/** A payload of which nothing is wanted: an object, or left out. */
export const nothing = z.object({})

/** Checks a payload; what the schema does not name is dropped. A payload that is left out is an empty one. */
export const decoded = <Schema extends z.ZodType>(
  schema: Schema,
  payload: unknown,
): Either<Malformed, z.output<Schema>> => {
  const result = schema.safeParse(payload ?? {})
  return result.success ? E.right(result.data) : E.left(malformed(result.error))
}

/** A schema that gives a command, as the reading of a command's payload: for activities that applications bring along. */
export const reading =
  <Schema extends z.ZodType>(schema: Schema): PayloadDecoder<z.output<Schema>> =>
  (payload) =>
    decoded(schema, payload)

const malformed = ({ issues }: z.ZodError): Malformed => {
  const deepest = deepestOf(issues)
  return {
    type: 'invalid-payload',
    path: deepest.path.map(String).join('.'),
    problem: problemOf(deepest),
  }
}

interface Found {
  readonly path: ReadonlyArray<PropertyKey>
  readonly message: string
  readonly code?: string
}

/** Of a union that nothing fits, the branch that came furthest tells most. */
const deepestOf = (issues: ReadonlyArray<z.core.$ZodIssue>): Found => {
  const first = issues[0]
  if (first === undefined) return { path: [], message: 'does not fit' }
  if (first.code !== 'invalid_union') return first
  return first.errors
    .flatMap((branch) => {
      const inner = deepestOf(branch)
      return inner.path.length > 0 ? [{ ...inner, path: [...first.path, ...inner.path] }] : []
    })
    .reduce<Found>((best, inner) => (inner.path.length > best.path.length ? inner : best), {
      path: first.path,
      message: 'has the wrong type',
    })
}

/** Schema messages are written for the developer of the client; they never quote what was sent. */
const problemOf = ({ message }: Found): string =>
  /^[a-z]/.test(message) ? message : `is not valid: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
