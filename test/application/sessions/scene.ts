import { unverifiedPrincipal } from '../../../src/application/identity/principal.js'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../../src/domain/kernel/ids.js'
import { memberId } from '../../../src/domain/kernel/ids.js'
import { findIn } from '../../../src/domain/kernel/table.js'
import type { ProtocolName, Role, RoomCommand } from '../../../src/domain/room/index.js'
import type { CommandResult, RequestFailure } from '../../../src/application/engine/index.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import type { SessionLimit } from '../../../src/application/ports/session-monitor.js'
import type { Connection, SessionLimits, SessionManager } from '../../../src/application/sessions/index.js'
import { createSessionManager, memberIdIn } from '../../../src/application/sessions/index.js'
import { builtInModel, builtInProtocols } from '../../../src/plugins.js'
import { engineKit, settled } from '../../kit/index.js'
import type { EngineKit } from '../../kit/index.js'
import { openRules } from '../../kit/people.js'
import { seededEntropy } from '../../kit/seeded-entropy.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import type { FakeLink, FakeNetwork } from './fake-links.js'
import { fakeNetwork } from './fake-links.js'

export const graceMs = 15_000

export interface SessionEvent {
  readonly sessionId: string
  readonly resumed: boolean
  readonly rooms: ReadonlyArray<RoomId>
  readonly memberships: ReadonlyArray<{ readonly room: RoomId; readonly memberId: MemberId }>
  readonly signalsLost?: ReadonlyArray<{
    readonly room: RoomId
    readonly from: MemberId
    readonly count: number
  }>
  readonly ended?: ReadonlyArray<{
    readonly room: RoomId
    readonly memberId: MemberId
    readonly reason: string
  }>
}

/** A session manager over a real engine, with fake links and virtual time. */
export interface SessionScene {
  readonly clock: VirtualClock
  readonly kit: EngineKit
  readonly network: FakeNetwork
  readonly sessions: SessionManager
  readonly reports: ReadonlyArray<SessionLimit>
  readonly turns: () => number
  readonly connect: (name: string, auth?: Auth) => FakeLink
  readonly connectionOf: (link: FakeLink) => Connection
  readonly join: (
    link: FakeLink,
    room: RoomId,
    as?: Membership,
  ) => Promise<Either<RequestFailure, CommandResult>>
  readonly leave: (link: FakeLink, room: RoomId, protocol?: ProtocolName) => Promise<void>
  readonly submit: (
    room: RoomId,
    by: MemberId | null,
    command: RoomCommand,
  ) => Promise<Either<RequestFailure, CommandResult>>
  readonly signal: (from: FakeLink, to: MemberId, room: RoomId, content: unknown) => Promise<boolean>
  readonly settle: () => Promise<void>
}

export interface Auth {
  readonly sessionId?: string
  readonly userId?: string
  readonly offsets?: ReadonlyMap<string, number>
  readonly namespace?: string
}

export interface Membership {
  readonly protocol: ProtocolName
  readonly role: Role
}

export const asPeer: Membership = { protocol: 'mesh', role: 'peer' }
export const asViewer: Membership = { protocol: 'picker', role: 'viewer' }

export const sessionScene = async (
  options: { readonly limits?: Partial<SessionLimits>; readonly store?: EventStore } = {},
): Promise<SessionScene> => {
  const clock = virtualClock()
  const network = fakeNetwork()
  const reports: Array<SessionLimit> = []
  let turns = 0
  const sessions = createSessionManager({
    clock,
    entropy: seededEntropy('sessions'),
    graceMs,
    encoders: builtInProtocols.map(({ encoderFor }) => encoderFor(builtInModel)),
    nextTurn: async () => {
      turns += 1
      await settled()
    },
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    monitor: { limitReached: (limit) => reports.push(limit) },
  })
  const kit = engineKit({
    clock,
    graceMs,
    ...(options.store === undefined ? {} : { store: options.store }),
    publisher: (noting) => ({
      prepare: (record, before, after) => {
        const [note, publish] = [
          noting.prepare(record, before, after),
          sessions.publisher.prepare(record, before, after),
        ]
        return () => {
          note()
          publish()
        }
      },
      signal: sessions.publisher.signal,
    }),
  })
  sessions.start(kit.engine, network)
  await kit.engine.start()

  const submit: SessionScene['submit'] = (room, by, command) =>
    new Promise((resolve) => {
      kit.engine.submit(room, { command, by, cause: null, reply: resolve })
    })

  return {
    clock,
    kit,
    network,
    sessions,
    reports,
    turns: () => turns,
    connect: (name, { sessionId, userId, offsets = new Map(), namespace = '/' } = {}) => {
      const link = network.link(name, { namespace, onClose: (closed, lost) => sessions.close(closed, lost) })
      void sessions.open(link, {
        principal: { current: unverifiedPrincipal(userId ?? null, null) },
        naming: 'camel',
        acceptsArrays: false,
        sessionId: sessionId ?? null,
        offsets,
      })
      return link
    },
    connectionOf: sessions.connectionOf,
    join: (link, room, { protocol, role } = asPeer) =>
      new Promise((resolve) => {
        const connection = sessions.connectionOf(link)
        const expected = memberIdIn(connection, room)
        sessions.enter(connection, room, {
          command: {
            type: 'enter',
            dialect: protocol,
            role,
            memberId: expected,
            session: connection.session,
            connection: connection.id,
            name: null,
            userId: connection.principal.userId,
            token: null,
            creates: true,
            rules: openRules,
            activates: protocol === 'picker' ? 'random-picker' : null,
          },
          reply: (result) => {
            if (E.isRight(result) && result.right.state.phase !== 'absent') {
              const member = findIn(
                result.right.state.members,
                ({ secret }) => secret?.connection === connection.id,
              )
              if (member !== undefined) sessions.attach(connection, room, member.id, protocol, false)
            }
            resolve(result)
          },
        })
      }),
    leave: async (link, room, protocol = 'mesh') => {
      const connection = sessions.connectionOf(link)
      const by = connection.memberships.get(room) ?? memberId('none')
      await submit(room, by, { type: 'leave', dialect: protocol, connection: connection.id, reason: 'left' })
    },
    submit,
    signal: (from, to, room, content) =>
      new Promise((resolve) => {
        const by = sessions.connectionOf(from).memberships.get(room) ?? memberId('none')
        const signal = {
          to: { type: 'member', id: to },
          protocol: 'mesh',
          kind: 'candidate',
          negotiation: null,
          bytes: JSON.stringify(content).length,
        } as const
        kit.engine.submit(room, {
          command: { type: 'signal', signal, content },
          by,
          cause: null,
          reply: (result) => resolve(E.isRight(result)),
        })
      }),
    settle: async () => {
      for (let turn = 0; turn < 8; turn++) await clock.advanceSettled(0)
    },
  }
}

/** The `session` event, once the client has read it. */
export const sessionEventOf = ({ received }: FakeLink): SessionEvent | undefined =>
  received.find(({ event }) => event === 'session')?.payload as SessionEvent | undefined
