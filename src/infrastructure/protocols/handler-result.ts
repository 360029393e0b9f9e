import type { IdentityRejection } from '../../application/identity/identity.js'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { ReplyCallback, RequestFailure } from '../../application/engine/index.js'

/** An emit to the connection that sent the request. */
export interface OwnEmit {
  readonly event: string
  readonly payload: object
}

/** The request succeeded. `emits` are sent after the acknowledgement. */
export interface Success<Fields extends object = object> {
  readonly type: 'success'
  readonly fields: Fields
  readonly emits: ReadonlyArray<OwnEmit>
}

/** Why a request fails: the room or the engine rejects it, or the handler itself. */
export type HandlerRejection = RequestFailure | IdentityRejection | { readonly type: 'payload-too-large' }

/** The request failed; `details` are added to the error of the wire. */
export interface Failure {
  readonly type: 'failure'
  readonly rejection: HandlerRejection
  readonly details: object
}

/** The room replies later. With `holdsTurn`, the client's next requests wait for that reply. */
export interface Pending<Fields extends object = object> {
  readonly type: 'pending'
  readonly holdsTurn: boolean
  readonly run: (settle: Settle<Fields>) => void
}

/** Our own code threw. The client gets `internal-error`, and the defect is reported. */
export interface Defect {
  readonly type: 'defect'
  readonly error: unknown
}

/** What a handler returns for a request: a reply, or a command whose reply follows in the room's order. */
export type HandlerResult<Fields extends object = object> =
  | Success<Fields>
  | Failure
  | Defect
  | Pending<Fields>

export type Settle<Fields extends object = object> = (result: HandlerResult<Fields>) => void

/** Acknowledges with these fields beside `success: true`, and then emits to the same connection. */
export const reply = <Fields extends object>(
  fields: Fields,
  ...emits: ReadonlyArray<OwnEmit>
): Success<Fields> => ({ type: 'success', fields, emits })

export const reject = (rejection: HandlerRejection, details: object = {}): Failure => ({
  type: 'failure',
  rejection,
  details,
})

export const pending = <Fields extends object>(
  holdsTurn: boolean,
  run: Pending<Fields>['run'],
): Pending<Fields> => ({ type: 'pending', holdsTurn, run })

/** If the callback throws, the engine's monitor reports the defect, and the client still gets a reply. */
export const settlingReply =
  <Fields extends object>(settle: Settle<Fields>, callback: ReplyCallback): ReplyCallback =>
  (result) => {
    try {
      callback(result)
    } catch (defect) {
      settle(reject({ type: 'internal-error' }))
      throw defect
    }
  }

/** A result that follows. The client's next requests wait for it. */
export const settledBy = <Fields extends object>(
  work: () => Promise<HandlerResult<Fields>>,
): HandlerResult<Fields> =>
  pending(true, (settle) => void work().then(settle, (error: unknown) => settle({ type: 'defect', error })))

export const rejectIdentity = (failure: IdentityRejection | StoreFault): Failure =>
  failure.type === 'unavailable' || failure.type === 'corrupt'
    ? reject({ type: 'store-unavailable' })
    : reject(failure)
