import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { RoutedSignal, Publisher } from '../../../src/application/ports/publisher.js'
import type { CommandResult, RequestFailure, Request } from '../../../src/application/engine/index.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import type { Signal } from '../../../src/domain/signalling/index.js'
import type { EngineKit, EngineKitOptions } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import type { Person } from '../../kit/people.js'
import { at, entering } from '../../kit/people.js'
import { testRoom } from '../../kit/recording.js'
import { eventOf } from '../../../src/domain/room/index.js'
import { relay } from '../../../src/domain/activities/relay/index.js'
import { act } from '../../kit/index.js'

export const graceMs = 15_000

export type Result = Either<RequestFailure, CommandResult>

/** An engine and members with connections: subscribed in the reply, unsubscribed when the connection closes. */
export interface Scene {
  readonly kit: EngineKit
  /** What this member received, in order: `said 1` for records of `say`, and signals by their content. */
  readonly received: (who: Person) => ReadonlyArray<unknown>
  readonly enter: (who: Person) => Promise<Result>
  readonly resume: (who: Person) => Promise<Result>
  /** The connection is lost, or closed on purpose. */
  readonly lose: (who: Person) => Promise<Result>
  readonly close: (who: Person) => Promise<Result>
  readonly leave: (who: Person) => Promise<Result>
  readonly signal: (from: Person, to: Person, content: unknown, rest?: Partial<Signal>) => Promise<Result>
  /** A command that writes a record. */
  readonly say: (who: Person, content: unknown) => Promise<Result>
  /** Every record of signals in the log. */
  readonly signalRecords: () => Promise<ReadonlyArray<RoomRecord & { readonly type: 'room.signalled' }>>
}

export const scene = (options: Omit<EngineKitOptions, 'publisher' | 'graceMs'> = {}): Scene => {
  const attached = new Set<MemberId>()
  const received = new Map<MemberId, Array<unknown>>()
  const connections = new Map<MemberId, number>()

  const receive = (member: MemberId, what: unknown): void => {
    received.set(member, [...(received.get(member) ?? []), what])
  }

  const publisher = (noting: Publisher): Publisher => ({
    prepare: (record, before, after) => {
      const note = noting.prepare(record, before, after)
      return () => {
        note()
        if (record.type === 'room.member-left') attached.delete(record.data.memberId)
        const relayed = eventOf(relay, record)
        if (relayed === undefined) return
        for (const member of attached) receive(member, `said ${String(relayed.data.payload)}`)
      }
    },
    signal: (_room, { to, content }: RoutedSignal) => {
      return () => {
        if (!attached.has(to)) return false
        receive(to, content)
        return true
      }
    },
  })

  const kit = engineKit({ ...options, graceMs, publisher })
  const numberOf = ({ memberId }: Person): number => connections.get(memberId) ?? 1

  const submit = (
    command: Request['command'],
    by: MemberId | null,
    answered: (result: Result) => void = () => undefined,
  ): Promise<Result> =>
    new Promise((resolve) => {
      kit.engine.submit(testRoom, {
        command,
        by,
        cause: null,
        reply: (result) => {
          answered(result)
          resolve(result)
        },
      })
    })

  const attach =
    ({ memberId }: Person) =>
    (result: Result): void => {
      if (E.isRight(result)) attached.add(memberId)
    }

  const disconnect = (who: Person, lost: boolean): Promise<Result> => {
    const { memberId, connection } = at(who, numberOf(who))
    attached.delete(memberId)
    const command: RoomCommand = { type: 'disconnect', memberId, connection, lost, graceMs }
    return submit(command, null)
  }

  return {
    kit,
    received: ({ memberId }) => received.get(memberId) ?? [],
    enter: (who) => {
      const command = entering(at(who, numberOf(who)), 'mesh', 'peer', { activates: 'poll' })
      return submit(command, who.memberId, attach(who))
    },
    resume: (who) => {
      connections.set(who.memberId, numberOf(who) + 1)
      const { memberId, session, connection } = at(who, numberOf(who))
      return submit({ type: 'resume', memberId, session, connection }, memberId, attach(who))
    },
    lose: (who) => disconnect(who, true),
    close: (who) => disconnect(who, false),
    leave: (who) => {
      const { memberId, connection } = at(who, numberOf(who))
      return submit({ type: 'leave', dialect: 'mesh', connection, reason: 'left' }, memberId)
    },
    signal: (from, to, content, rest = {}) => {
      const target = { type: 'member', id: to.memberId } as const
      const signal = {
        to: target,
        protocol: 'mesh',
        kind: 'candidate',
        negotiation: null,
        bytes: 100,
      } as const
      return submit({ type: 'signal', signal: { ...signal, ...rest }, content }, from.memberId)
    },
    say: (who, payload) => submit(act('poll', { type: 'relay', event: 'said', payload }), who.memberId),
    signalRecords: async () => {
      const log = await kit.log()
      return log.flatMap((record) => (record.type === 'room.signalled' ? [record] : []))
    },
  }
}

/** The result of a request: `done`, or the code. */
export const outcomeOf = (result: Result): string => (E.isLeft(result) ? result.left.type : 'done')

/** Two records of one pair and kind within a second. */
export const recordedTooOften = (
  signalRecords: Awaited<ReturnType<Scene['signalRecords']>>,
): ReadonlyArray<string> => {
  const last = new Map<string, number>()
  return signalRecords.flatMap(({ at: now, data: { from, to, kind } }) => {
    const key = `${from} ${to} ${kind}`
    const before = last.get(key) ?? -Infinity
    last.set(key, now)
    return now - before < 1_000 ? [`${key} at ${before} and ${now}`] : []
  })
}

export const countIn = (signalRecords: Awaited<ReturnType<Scene['signalRecords']>>): number =>
  signalRecords.reduce((sum, { data }) => sum + data.count, 0)
