import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { CommandResult, RequestFailure } from '../../../src/application/engine/index.js'
import { failureName } from '../../../src/application/engine/request.js'
import type { Cause } from '../../../src/domain/kernel/domain-event.js'
import { commandId } from '../../../src/domain/kernel/ids.js'
import type { RoomId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { builtIn } from '../../kit/built-in-events.js'
import { act, entering, person } from '../../kit/people.js'
import { testRoom } from '../../kit/recording.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'

export const ann = person('ann')
export const bob = person('bob')

export const start: RoomCommand = moduleCommand(randomPicker, {
  type: 'start',
  members: [{ name: 'Ann' }, { name: 'Bob' }, { name: 'Cy' }],
})

/** A command that writes a record each time. */
export const say = (what: unknown): RoomCommand =>
  act('poll', { type: 'relay', event: 'said', payload: what })

export const lost = ({ memberId, connection }: typeof ann, graceMs: number = 15_000): RoomCommand => ({
  type: 'disconnect',
  memberId,
  connection,
  lost: true,
  graceMs,
})

export const leaves: RoomCommand = { type: 'leave', dialect: 'all', connection: null, reason: 'left' }

export const annEnters: RoomCommand = entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' })
const bobEnters: RoomCommand = entering(bob, 'picker', 'viewer', { activates: 'poll' })

/** Ann and Bob are members, a picker and a poll are active. */
export const opened = async (kit: EngineKit, room: RoomId = testRoom): Promise<void> => {
  await kit.ask(annEnters, { room, by: ann.memberId })
  await kit.ask(bobEnters, { room, by: bob.memberId })
}

export const cause = (id: string, digest: string = id): Cause => ({ id: commandId(id), digest })

export const done = (result: Either<RequestFailure, CommandResult>): CommandResult => {
  if (E.isLeft(result)) throw new Error(`refused: ${JSON.stringify(result.left)}`)
  return result.right
}

export const refusalOf = (result: Either<RequestFailure, CommandResult>): string =>
  E.isLeft(result) ? failureName(result.left) : 'none'

export const typesOf = (records: ReadonlyArray<RoomRecord>): ReadonlyArray<string> =>
  records.map(({ type }) => type)

export const saidIn = (records: ReadonlyArray<RoomRecord>): ReadonlyArray<unknown> =>
  records.map(builtIn).flatMap((record) => (record.type === 'relay.event' ? [record.data.payload] : []))
