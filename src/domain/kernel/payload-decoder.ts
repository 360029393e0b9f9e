import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { z } from 'zod'
import type { Malformed } from './rejection.js'

/** Turns the payload of a client's message into a command; a rejection names the field and the problem. */
export type PayloadDecoder<Command> = (payload: unknown) => Either<Malformed, Command>

/** The decoder of a command whose payload a schema checks and transforms into the command. */
export const payloadDecoder =
  <Schema extends z.ZodType>(schema: Schema): PayloadDecoder<z.output<Schema>> =>
  (payload) =>
    decodePayload(schema, payload)

/** Checks a payload. Fields that the schema does not name are dropped; a missing payload counts as `{}`. */
export const decodePayload = <Schema extends z.ZodType>(
  schema: Schema,
  payload: unknown,
): Either<Malformed, z.output<Schema>> => {
  const result = schema.safeParse(payload ?? {})
  return result.success ? E.right(result.data) : E.left(malformed(result.error))
}

const malformed = ({ issues }: z.ZodError): Malformed => {
  const deepest = deepestOf(issues)
  return {
    type: 'invalid-payload',
    path: deepest.path.map(String).join('.'),
    problem: problemOf(deepest),
  }
}

interface Issue {
  readonly path: ReadonlyArray<PropertyKey>
  readonly message: string
  readonly code?: string
}

/** If no branch of a union fits, the issue with the longest path is the most helpful one. */
const deepestOf = (issues: ReadonlyArray<z.core.$ZodIssue>): Issue => {
  const first = issues[0]
  if (first === undefined) return { path: [], message: 'does not fit' }
  if (first.code !== 'invalid_union') return first
  return first.errors
    .flatMap((branch) => {
      const inner = deepestOf(branch)
      return inner.path.length > 0 ? [{ ...inner, path: [...first.path, ...inner.path] }] : []
    })
    .reduce<Issue>((best, inner) => (inner.path.length > best.path.length ? inner : best), {
      path: first.path,
      message: 'has the wrong type',
    })
}

/** Messages never quote the payload: it may hold what the log must not. */
const problemOf = ({ message }: Issue): string =>
  /^[a-z]/.test(message) ? message : `is not valid: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
