import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Activity } from '../../../src/domain/kernel/activity.js'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import type { PickerCommand, PickerEvent } from '../../../src/domain/activities/random-picker/index.js'
import { relay } from '../../../src/domain/activities/relay/index.js'
import type { Relay, RelayEvent } from '../../../src/domain/activities/relay/index.js'
import type { Malformed } from '../../../src/infrastructure/protocols/error-mapping.js'
import { decoded, nothing } from '../../../src/infrastructure/protocols/schemas.js'
import type { ApplauseCommand, ApplauseEvent } from './index.js'
import { applause } from './index.js'

// What src/domain/activities/registry.ts would say, if applause were registered.
export type ActivityCommand = PickerCommand | Relay | ApplauseCommand
export type ActivityEvent = PickerEvent | RelayEvent | ApplauseEvent

export type AnyActivity = Activity<unknown, ActivityCommand, ActivityEvent>

export const activities = {
  'random-picker': randomPicker,
  relay,
  applause,
} as const satisfies Readonly<Record<string, AnyActivity>>

// And what `wireCommands` in src/infrastructure/protocols/activity-commands.ts would.
type Decode = (payload: unknown) => Either<Malformed, ActivityCommand>

export const wireCommands = {
  applause: new Map<string, Decode>([
    ['begin', (payload) => E.map((): ActivityCommand => ({ type: 'begin' }))(decoded(nothing, payload))],
    ['clap', (payload) => E.map((): ActivityCommand => ({ type: 'clap' }))(decoded(nothing, payload))],
  ]),
}
