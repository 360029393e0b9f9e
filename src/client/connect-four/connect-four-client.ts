import { clientPorts, type ClientOptions } from '../client-ports.js'
import { publisher, roomClient, type RoomStatus, type StateSource } from '../room-client.js'
import type { Request } from '../session-client.js'
import {
  failure,
  isWithoutConnection,
  retryAfterMs,
  type Answer,
  type Session,
  type WireError,
} from '../wire.js'
import { isConnectFourEmit, type ConnectFourEmit, type ConnectFourRequests } from './connect-four-wire.js'
import type { GameSnapshot, Player } from './connect-four-wire.js'
import { evolveGame, unknownGame, type Game, type GameSignal } from './game.js'

interface Place {
  readonly room: string
  readonly name?: string
  readonly token?: string
}

/** Which game to enter, and against whom if it is to be created. */
export type GameOptions =
  | (Place & { readonly type: 'join' })
  | (Place & {
      readonly type: 'create'
      readonly opponent: { readonly kind: 'human' } | { readonly kind: 'ai'; readonly level: number }
      /** who moves first */
      readonly first: 'me' | 'them'
    })

export interface GameJoined {
  /** `null`: watching */
  readonly you: Player | null
  readonly state: GameSnapshot
}

/** A disc that is on its way to the server. */
export interface PendingMove {
  readonly column: number
  readonly ply: number
}

export interface ConnectFourState {
  readonly status: RoomStatus<GameOptions, GameJoined>
  readonly game: Game
  readonly pending: PendingMove | null
}

type MoveAnswer = Answer<ConnectFourRequests['dropDisc']['result']>

export interface ConnectFourClient extends StateSource<ConnectFourState> {
  /** connects if need be and enters the game, and does so again after each reconnect */
  join(options: GameOptions): void
  /** after a refused join */
  joinAgain(): void
  /**
   * Drops a disc, once: a move whose answer was lost is sent again after the reconnect, with the same id. Without a
   * connection it fails at once, because nobody wants a move to be made minutes later.
   */
  drop(column: number): Promise<MoveAnswer>
  resign(): Promise<Answer<object>>
  /** against another person it starts when both have asked */
  rematch(): Promise<Answer<object>>
  takeBack(): void
  /** leaves the game for good: a player resigns */
  leave(): void
}

/** The answer will not come any more, and the move is sent again on the next connection. */
const waitsForReconnect = (error: WireError): boolean =>
  isWithoutConnection(error) || error.code === 'shutting-down'

const isMissing = ({ code }: WireError): boolean => code === 'room-not-found' || code === 'activity-inactive'

/**
 * A client of Connect Four.
 *
 * @example
 * const client = connectFourClient({ url: 'https://rooms.example' })
 * client.subscribe(({ game }) => console.log(game.phase.type, game.board))
 * client.join({ type: 'create', room: 'game_1', opponent: { kind: 'ai', level: 7 }, first: 'me' })
 * // … once it is player 1's turn
 * await client.drop(3)
 */
export const connectFourClient = (options: ClientOptions = {}): ConnectFourClient => {
  const ports = clientPorts(options)
  let game = unknownGame
  /** the game was entered: after a reconnect it is joined, and not created again */
  let hasEntered = false
  /** the create was sent, and its answer may have been lost: then the game exists and is joined */
  let mayExist = false
  let move:
    | (PendingMove & { readonly moveId: string; readonly settle: (answer: MoveAnswer) => void })
    | null = null

  const client = roomClient<ConnectFourRequests, ConnectFourEmit, GameOptions, GameJoined>(ports, {
    sessionKey: 'roomreel.session.connect-four',
    isEmit: isConnectFourEmit,
    // The board is lost with the page, and the whole game is needed to compute it again.
    afterReload: 'starts-over',
    join: (request, target) => enter(request, target),
    roomOf: (_, { room }) => room,
    retriesJoin: true,
    resendsFromJoin: true,
  })
  const {
    changed,
    clear: _clear,
    ...source
  } = publisher((): ConnectFourState => ({
    status: client.status(),
    game,
    pending: move === null ? null : { column: move.column, ply: move.ply },
  }))

  const roomOf = (): string | null => {
    const status = client.status()
    return 'options' in status ? status.options.room : null
  }

  const evolve = (signal: GameSignal): void => {
    game = evolveGame(game, signal)
    changed()
  }

  const enter = async (
    request: Request<ConnectFourRequests>,
    target: GameOptions,
  ): Promise<Answer<GameJoined>> => {
    const { room, name, token } = target
    const entry = { room, ...(name !== undefined && { name }), ...(token !== undefined && { token }) }
    if (target.type === 'join' || hasEntered) return request('joinGame', entry)
    if (mayExist) {
      const joined = await request('joinGame', entry)
      if (joined.success || !isMissing(joined.error)) return joined
    }
    mayExist = true
    const { opponent, first } = target
    return request('createGame', {
      ...entry,
      first,
      opponent: opponent.kind,
      ...(opponent.kind === 'ai' && { level: opponent.level }),
    })
  }

  client.listen({
    session: (session) => {
      const room = roomOf()
      if (room !== null) evolve({ type: 'session', membership: membershipIn(session, room) })
    },
    joined: ({ you, state: snapshot }) => {
      hasEntered = true
      game = evolveGame(game, { type: 'snapshot', you, state: snapshot })
      if (move !== null) void sendMove(move)
    },
    received: (emit) => {
      // A session may still be in an earlier game.
      if (emit.payload.room === undefined || emit.payload.room !== roomOf()) return
      evolve({ type: 'emit', emit, receivedAtMs: ports.now() })
    },
    changed,
  })

  const sendMove = async (pending: NonNullable<typeof move>): Promise<void> => {
    const room = roomOf()
    if (room === null) return
    const { column, ply, moveId } = pending
    const answer = await client.request('dropDisc', { room, column, ply, moveId })
    if (move !== pending) return
    if (!answer.success) {
      if (waitsForReconnect(answer.error)) return
      const retryMs = retryAfterMs(answer.error)
      if (retryMs !== null) {
        ports.after(retryMs, () => {
          if (move === pending) void sendMove(pending)
        })
        return
      }
    }
    move = null
    pending.settle(answer)
    changed()
  }

  const request = (event: 'resign' | 'rematch'): Promise<Answer<object>> => {
    const room = roomOf()
    return room === null
      ? Promise.resolve(failure('not-in-room', 'There is no game.'))
      : client.request(event, { room })
  }

  return {
    ...source,
    join: (target) => {
      hasEntered = false
      mayExist = false
      game = unknownGame
      client.join(target)
    },
    joinAgain: () => {
      const status = client.status()
      if ('options' in status) client.join(status.options)
    },
    drop: (column) => {
      const { type, connection } = client.status()
      if (type !== 'joined' || connection.type !== 'connected')
        return Promise.resolve(failure('not-connected', 'There is no connection to the server.'))
      if (move !== null)
        return Promise.resolve(failure('stale-move', 'The previous move is still on its way.'))
      return new Promise((settle) => {
        move = { column, ply: game.ply + 1, moveId: ports.newId(), settle }
        changed()
        void sendMove(move)
      })
    },
    resign: () => request('resign'),
    rematch: () => request('rematch'),
    takeBack: client.takeBack,
    leave: () => {
      const lost = move
      move = null
      lost?.settle(failure('not-in-room', 'The game was left before the move was made.'))
      game = unknownGame
      void client.leave()
      client.disconnect()
    },
  }
}

const membershipIn = (
  { resumed, memberships }: Session,
  room: string,
): { memberId: string; seq: number } | null => {
  const membership = resumed ? memberships.find((each) => each.room === room) : undefined
  return membership === undefined ? null : { memberId: membership.memberId, seq: membership.seq }
}
