import {
  isPickerEmit,
  type JoinResult,
  type PickerEmit,
  type PickerRequests,
  type PickerRole,
} from './picker-wire.js'
import { sessionClient, type ClientPorts, type ConnectionState } from '../session-client.js'
import type { Answer, WireError } from '../wire.js'

export type MembershipState =
  | { readonly type: 'outside' }
  | { readonly type: 'joining'; readonly wish: Wish }
  | { readonly type: 'joined'; readonly wish: Wish; readonly result: JoinResult }
  | { readonly type: 'refused'; readonly wish: Wish; readonly error: WireError }
  | { readonly type: 'removed'; readonly reason: string | null }

export interface Wish {
  readonly room: string
  readonly role: PickerRole
  readonly name?: string
  readonly token?: string
}

export type PickerSignal =
  | { readonly type: 'connection'; readonly connection: ConnectionState }
  | { readonly type: 'membership'; readonly membership: MembershipState }
  | { readonly type: 'emit'; readonly emit: PickerEmit }

/**
 * A client of the picker vocabulary on `/`. It keeps one wish, to be in a room in a role, and sees to it over every
 * reconnect; it is told by signals what came of it. A request while there is no connection fails at once instead of
 * waiting: nobody wants a draw to start minutes after they asked for it.
 */
export interface PickerClient {
  connection(): ConnectionState
  membership(): MembershipState
  /** returns how to stop */
  subscribe(listener: (signal: PickerSignal) => void): () => void
  /** connects if need be, and joins; again with another role or room changes over */
  join(wish: Wish): void
  leave(): Promise<Answer<object>>
  request<Event extends keyof PickerRequests>(
    event: Event,
    payload: PickerRequests[Event]['request'],
  ): Promise<Answer<PickerRequests[Event]['result']>>
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

const sessionKey = 'roomreel.session./'

export const pickerClient = (ports: ClientPorts): PickerClient => {
  const listeners = new Set<(signal: PickerSignal) => void>()
  let membership: MembershipState = { type: 'outside' }
  let wish: Wish | null = null

  const tell = (signal: PickerSignal): void => {
    for (const listener of listeners) listener(signal)
  }

  const nowMembership = (next: MembershipState): void => {
    membership = next
    tell({ type: 'membership', membership })
  }

  const client = sessionClient<PickerRequests, PickerEmit>(
    ports,
    { key: sessionKey, isEmit: isPickerEmit },
    {
      connection: (connection) => tell({ type: 'connection', connection }),
      session: ({ ended }) => {
        // Before the wish is asked for: it would bring back who was put out meanwhile.
        for (const { room, reason } of ended ?? []) if (reason === 'removed') beRemoved(room, reason)
        if (wish !== null) void askToJoin(wish)
      },
      heard: (emit) => {
        if (emit.event === 'removed') beRemoved(emit.payload.room, emit.payload.reason ?? null)
        tell({ type: 'emit', emit })
      },
    },
  )

  const askToJoin = async (asked: Wish): Promise<void> => {
    nowMembership({ type: 'joining', wish: asked })
    const { role, ...place } = asked
    const answer = await client.request(role === 'broadcaster' ? 'broadcaster-join' : 'viewer-join', place)
    // Meanwhile another wish was made, or the connection went: the next session asks anew.
    if (wish !== asked || client.connection().type !== 'connected') return
    if (answer.success) client.entered(answer.room)
    nowMembership(
      answer.success
        ? { type: 'joined', wish: asked, result: answer }
        : { type: 'refused', wish: asked, error: answer.error },
    )
  }

  const beRemoved = (room: string | undefined, reason: string | null): void => {
    if (room !== undefined) client.forget(room)
    // Told twice to who was away; and of a room that it has left for another since.
    if (wish === null || (room !== undefined && room !== wish.room)) return
    wish = null
    nowMembership({ type: 'removed', reason })
  }

  return {
    connection: client.connection,
    membership: () => membership,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    join: (asked) => {
      wish = asked
      if (client.connection().type === 'connected') return void askToJoin(asked)
      nowMembership({ type: 'joining', wish: asked })
      client.open()
    },
    leave: async () => {
      if (membership.type === 'joined') client.forget(membership.result.room)
      wish = null
      const answer = await client.request('leave', {})
      nowMembership({ type: 'outside' })
      return answer
    },
    request: client.request,
    takeBack: client.takeBack,
    close: () => {
      client.close()
      listeners.clear()
    },
  }
}
