import { clientPorts, type ClientOptions } from '../client-ports.js'
import type { Contribution } from '../fairness/proof.js'
import { publisher, roomClient } from '../room-client.js'
import type { RoomClient, RoomStatus, StateSource } from '../room-client.js'
import type { Answer } from '../wire.js'
import { emptyRoom, evolveRoom, type PickerRoom, type RoomSignal, type StoredProofs } from './picker-room.js'
import { isPickerEmit, type JoinResult, type PickerEmit } from './picker-wire.js'
import type { PickerRequests, PickerRole } from './picker-wire.js'

export interface PickerOptions {
  readonly room: string
  readonly role: PickerRole
  readonly name?: string
  readonly token?: string
}

export interface PickerState {
  readonly status: RoomStatus<PickerOptions, JoinResult>
  /** the room as this client has seen it */
  readonly room: PickerRoom
}

type PickerRoomClient = RoomClient<PickerRequests, PickerEmit, PickerOptions, JoinResult>

export interface PickerClient
  extends StateSource<PickerState>, Omit<PickerRoomClient, 'status' | 'disconnect'> {
  /** adds randomness to the next draw: 16 to 32 bytes as hex */
  contribute(entropy: string): Promise<Answer<object>>
  /** asks for the room's last draws; `proofs` are those that the page has stored of them */
  loadRecentDraws(proofs?: StoredProofs): Promise<void>
}

/**
 * A client of the picker protocol on `/`.
 *
 * @example
 * const client = pickerClient({ url: 'https://rooms.example' })
 * client.subscribe(({ status, room }) => console.log(status.type, room.draw?.member?.name ?? 'no draw'))
 * client.join({ room: 'main', role: 'broadcaster', name: 'Ann' })
 * // … once `status.type` is `joined`
 * await client.request('startRandom', { members: ['Bo', 'Cy', 'Di'] })
 */
export const pickerClient = (options: ClientOptions = {}): PickerClient => {
  let room = emptyRoom

  const client: PickerRoomClient = roomClient(clientPorts(options), {
    sessionKey: 'roomreel.session./',
    isEmit: isPickerEmit,
    join: (request, { role, ...entry }) =>
      request(role === 'broadcaster' ? 'broadcaster-join' : 'viewer-join', entry),
    leave: (request) => request('leave', {}),
    roomOf: (result) => result.room,
    removalIn: ({ event, payload }) =>
      event === 'removed' ? { room: payload.room, reason: payload.reason ?? null } : null,
    retriesJoin: false,
    resendsFromJoin: true,
  })
  const { changed, clear, ...source } = publisher((): PickerState => ({ status: client.status(), room }))

  const evolve = (signal: RoomSignal): void => {
    room = evolveRoom(room, signal)
    changed()
  }

  client.listen({
    joined: (result) => {
      room = evolveRoom(room, { type: 'joined', result })
    },
    received: (emit) => evolve({ type: 'emit', emit }),
    changed,
  })

  return {
    ...source,
    listen: client.listen,
    request: client.request,
    join: client.join,
    leave: client.leave,
    takeBack: client.takeBack,
    contribute: async (entropy) => {
      const by = room.me?.memberId
      const answer = await client.request('contribute-entropy', { entropy })
      const contribution: Contribution | null = by === undefined ? null : { by, entropy }
      if (answer.success && contribution !== null)
        evolve({ type: 'contributed', drawNo: answer.drawNo, contribution })
      return answer
    },
    loadRecentDraws: async (proofs = {}) => {
      const answer = await client.request('join-activity-request', { activity: 'random-picker' })
      if (answer.success && Array.isArray(answer.state?.draws))
        evolve({ type: 'recent-draws', draws: answer.state.draws, proofs })
    },
    close: () => {
      client.close()
      clear()
    },
  }
}
