import { retryAfterMs } from '../passing.js'
import { sessionClient, type ClientPorts, type ConnectionState } from '../session-client.js'
import type { Answer, Session, WireError } from '../wire.js'
import { evolveGame, unknownGame, type Game, type GameSignal } from './game.js'
import {
  isConnectFourEmit,
  type ConnectFourEmit,
  type ConnectFourRequests,
  type GameSnapshot,
  type Player,
} from './connect-four-wire.js'

interface Place {
  readonly room: string
  readonly name?: string
  readonly token?: string
}

/** Where to play, and against whom if the game is to be set up. */
export type GameWish =
  | (Place & { readonly type: 'join' })
  | (Place & {
      readonly type: 'create'
      readonly opponent: { readonly kind: 'human' } | { readonly kind: 'ai'; readonly level: number }
      /** who has the first move */
      readonly first: 'me' | 'them'
    })

export type GameMembership =
  | { readonly type: 'outside' }
  | { readonly type: 'entering'; readonly room: string }
  | { readonly type: 'in-game'; readonly room: string }
  | { readonly type: 'refused'; readonly room: string; readonly error: WireError }

/** A disc that is on its way to the server. */
export interface PendingMove {
  readonly column: number
  readonly ply: number
}

export interface ConnectFourState {
  readonly connection: ConnectionState
  readonly membership: GameMembership
  readonly game: Game
  readonly pending: PendingMove | null
}

export interface ConnectFourPorts extends ClientPorts {
  /** an id that no other move has */
  readonly newId: () => string
  /** epoch ms by this device */
  readonly now: () => number
}

type Dropped = Answer<ConnectFourRequests['dropDisc']['result']>

export interface ConnectFourClient {
  state(): ConnectFourState
  /** returns how to stop */
  subscribe(listener: (state: ConnectFourState) => void): () => void
  /** connects if need be and comes in, and does so again after each return */
  enter(wish: GameWish): void
  /** after a refusal */
  enterAgain(): void
  /**
   * Drops a disc, once: a move whose answer was lost goes out again after the return, under the same id. Without a
   * connection it fails at once, for nobody wants a move to be made minutes later.
   */
  drop(column: number): Promise<Dropped>
  resign(): Promise<Answer<object>>
  /** against somebody else it starts when both have asked */
  rematch(): Promise<Answer<object>>
  takeBack(): void
  /** out of the game for good: who plays has given it up */
  leave(): void
}

const sessionKey = 'roomreel.session.connect-four'

const failure = (code: string, message: string): { success: false; error: WireError } => ({
  success: false,
  error: { code, message },
})

/** The answer will not come any more, and the question goes out again with the next connection. */
const waitsForReturn = ({ code }: WireError): boolean =>
  code === 'connection-lost' || code === 'not-connected' || code === 'shutting-down'

/** No such room, or one in which nobody plays. */
const isNotThere = ({ code }: WireError): boolean => code === 'room-not-found' || code === 'activity-inactive'

/**
 * A client of Connect Four. In a browser:
 *
 * ```ts
 * const client = connectFourClient({
 *   connect: socketIoConnection('https://rooms.example'),
 *   storage: sessionStorage,
 *   after: (delayMs, task) => {
 *     const timer = setTimeout(task, delayMs)
 *     return () => clearTimeout(timer)
 *   },
 *   newId: () => crypto.randomUUID(),
 *   now: Date.now,
 * })
 * client.subscribe(({ game }) => show(game.board, game.phase))
 * client.enter({ type: 'create', room: 'game_1', opponent: { kind: 'ai', level: 7 }, first: 'me' })
 * await client.drop(3)
 * ```
 */
export const connectFourClient = (ports: ConnectFourPorts): ConnectFourClient => {
  const listeners = new Set<(state: ConnectFourState) => void>()
  let wish: GameWish | null = null
  /** A game that was asked for may be there although nobody heard the answer: then it is joined. */
  let mayBeThere = false
  let membership: GameMembership = { type: 'outside' }
  let game = unknownGame
  let move: (PendingMove & { readonly moveId: string; readonly settle: (answer: Dropped) => void }) | null =
    null
  let callOffEntering = (): void => {}

  const client = sessionClient<ConnectFourRequests, ConnectFourEmit>(
    ports,
    {
      key: sessionKey,
      isEmit: isConnectFourEmit,
      // The board goes with the page, and with all that was told of it it is there again.
      afterReload: 'is-told-all',
    },
    {
      connection: () => changed(),
      session: (session) => {
        if (wish === null) return
        learn({ type: 'session', membership: membershipIn(session, wish.room) })
        void askToEnter(wish)
      },
      heard: (emit) => {
        // A session may still be in the game before this one.
        if (wish === null || emit.payload.room !== wish.room) return
        learn({ type: 'emit', emit, heardAtMs: ports.now() })
      },
    },
  )

  const state = (): ConnectFourState => ({
    connection: client.connection(),
    membership,
    game,
    pending: move === null ? null : { column: move.column, ply: move.ply },
  })

  function changed(): void {
    const now = state()
    for (const listener of listeners) listener(now)
  }

  const learn = (signal: GameSignal): void => {
    game = evolveGame(game, signal)
    changed()
  }

  const nowMembership = (next: GameMembership): void => {
    membership = next
    changed()
  }

  const askToEnter = async (asked: GameWish): Promise<void> => {
    callOffEntering()
    nowMembership({ type: 'entering', room: asked.room })
    const answer = await request(asked)
    // Meanwhile there is another wish, or the connection went: the next session asks anew.
    if (wish !== asked || client.connection().type !== 'connected') return
    if (answer.success) return comeIn(asked, answer)
    const againAfterMs = retryAfterMs(answer.error)
    if (againAfterMs === null)
      return nowMembership({ type: 'refused', room: asked.room, error: answer.error })
    callOffEntering = ports.after(againAfterMs, () => void askToEnter(asked))
  }

  const request = async (asked: GameWish): Promise<Answer<{ you: Player | null; state: GameSnapshot }>> => {
    const { room, name, token } = asked
    const coming = { room, ...(name !== undefined && { name }), ...(token !== undefined && { token }) }
    if (asked.type === 'join') return client.request('joinGame', coming)
    if (mayBeThere) {
      const joined = await client.request('joinGame', coming)
      if (joined.success || !isNotThere(joined.error)) return joined
    }
    mayBeThere = true
    const { opponent, first } = asked
    return client.request('createGame', {
      ...coming,
      first,
      opponent: opponent.kind,
      ...(opponent.kind === 'ai' && { level: opponent.level }),
    })
  }

  const comeIn = (asked: GameWish, { you, state: found }: { you: Player | null; state: GameSnapshot }) => {
    const { room, name, token } = asked
    wish = {
      type: 'join',
      room,
      ...(name !== undefined && { name }),
      ...(token !== undefined && { token }),
    }
    client.entered(room)
    membership = { type: 'in-game', room }
    learn({ type: 'snapshot', you, state: found })
    if (move !== null) void sendMove(move)
  }

  const sendMove = async (sent: NonNullable<typeof move>): Promise<void> => {
    if (wish === null) return
    const { column, ply, moveId } = sent
    const answer = await client.request('dropDisc', { room: wish.room, column, ply, moveId })
    if (move !== sent) return
    if (!answer.success) {
      if (waitsForReturn(answer.error)) return
      const againAfterMs = retryAfterMs(answer.error)
      if (againAfterMs !== null) {
        ports.after(againAfterMs, () => {
          if (move === sent) void sendMove(sent)
        })
        return
      }
    }
    move = null
    sent.settle(answer)
    changed()
  }

  const context = (event: 'resign' | 'rematch'): Promise<Answer<object>> =>
    wish === null
      ? Promise.resolve(failure('not-in-room', 'There is no game.'))
      : client.request(event, { room: wish.room })

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    enter: (wanted) => {
      wish = wanted
      mayBeThere = false
      game = unknownGame
      if (client.connection().type === 'connected') return void askToEnter(wanted)
      nowMembership({ type: 'entering', room: wanted.room })
      client.open()
    },
    enterAgain: () => {
      if (wish !== null && client.connection().type === 'connected') void askToEnter(wish)
    },
    drop: (column) => {
      if (membership.type !== 'in-game' || client.connection().type !== 'connected')
        return Promise.resolve(failure('not-connected', 'There is no connection to the server.'))
      if (move !== null) return Promise.resolve(failure('stale-move', 'The move before is still on its way.'))
      return new Promise((settle) => {
        move = { column, ply: game.ply + 1, moveId: ports.newId(), settle }
        changed()
        void sendMove(move)
      })
    },
    resign: () => context('resign'),
    rematch: () => context('rematch'),
    takeBack: client.takeBack,
    leave: () => {
      callOffEntering()
      if (wish !== null) client.forget(wish.room)
      wish = null
      const lost = move
      move = null
      lost?.settle(failure('not-in-room', 'The game was left before the move was made.'))
      membership = { type: 'outside' }
      game = unknownGame
      client.close()
    },
  }
}

const membershipIn = (
  { resumed, memberships }: Session,
  room: string,
): { memberId: string; seq: number } | null => {
  const found = resumed ? memberships.find((each) => each.room === room) : undefined
  return found === undefined ? null : { memberId: found.memberId, seq: found.seq }
}
