import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { roomModel } from '../../../src/plugins.js'
import type { Malformed } from '../../../src/domain/kernel/rejection.js'
import { decodePayload } from '../../../src/infrastructure/protocols/decode-payload.js'
import { nothing } from '../../../src/infrastructure/protocols/schemas.js'
import type { ApplauseCommand } from './index.js'
import { applause } from './index.js'

// What src/plugins.ts would say, if applause were one of the built-in activities.
export const model = roomModel({ activities: [applause] })

// And what `wireCommands` in src/infrastructure/protocols/activity-commands.ts would.
type Decode = (payload: unknown) => Either<Malformed, ApplauseCommand>

export const wireCommands = {
  applause: new Map<string, Decode>([
    [
      'begin',
      (payload) => E.map((): ApplauseCommand => ({ type: 'begin' }))(decodePayload(nothing, payload)),
    ],
    ['clap', (payload) => E.map((): ApplauseCommand => ({ type: 'clap' }))(decodePayload(nothing, payload))],
  ]),
}
