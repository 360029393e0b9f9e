import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { CommandContext } from '../../kernel/command-context.js'
import type { Rejection } from '../../kernel/rejection.js'
import type { RelayEvent } from './events.js'
import type { RelayState } from './state.js'

/** Size and depth of `payload` were checked where it came in. */
export interface Relay {
  readonly type: 'relay'
  readonly event: string
  readonly payload: unknown
}

export const decide = (
  context: CommandContext<Relay>,
  state: RelayState,
): Either<Rejection, ReadonlyArray<RelayEvent>> =>
  E.right([
    {
      type: 'relay.event',
      data: { module: state.module, event: context.command.event, payload: context.command.payload },
    },
  ])
