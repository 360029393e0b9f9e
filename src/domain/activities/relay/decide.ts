import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Ask } from '../../kernel/command-context.js'
import type { Rejection } from '../../kernel/rejection.js'
import type { RelayEvent } from './events.js'
import type { RelayState } from './state.js'

/** Size and depth of `payload` were checked where it came in. */
export interface Relay {
  readonly type: 'relay'
  readonly event: string
  readonly payload: unknown
}

export const decide = (ask: Ask<Relay>, state: RelayState): Either<Rejection, ReadonlyArray<RelayEvent>> =>
  E.right([
    {
      type: 'relay.event',
      data: { module: state.module, event: ask.command.event, payload: ask.command.payload },
    },
  ])
