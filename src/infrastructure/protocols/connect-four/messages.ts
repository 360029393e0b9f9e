import { z } from 'zod'
import { discDropped, gameWanted } from '../activity-commands.js'
import { nothing, place, roomName, roomToken } from '../schemas.js'
import type { Vocabulary } from '../protocol-messages.js'

const entering = { name: z.string().max(200).optional(), token: roomToken.optional() }

export const createGame = z.object({ room: roomName.optional(), ...gameWanted, ...entering })
export const joinGame = z.object({ room: roomName, ...entering })
export const dropDisc = z.object({
  room: roomName.optional(),
  ...discDropped,
  moveId: z.string().min(1).max(128).optional(),
})
export const inGame = z.object({ room: roomName.optional() })

const player = z.literal([1, 2])
const board = z.array(z.array(z.literal([0, 1, 2])).length(7)).length(6)
const status = z.enum(['waiting', 'playing', 'won', 'draw', 'over'])
const next = player.nullable()

const seat = z.union([
  z.object({ kind: z.literal('human'), memberId: z.string(), name: z.string().optional() }),
  z.object({ kind: z.literal('ai'), level: z.number().int() }),
])
/** By the player's number; `null` is a seat that waits for somebody. */
const players = z.object({ 1: seat.nullable(), 2: seat.nullable() })

const state = z.object({ board, next, ply: z.number().int(), status, players })

const outgoing = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...place, more: z.literal(true).optional() }),
})

const moved = {
  player,
  column: z.number().int(),
  row: z.number().int(),
  ply: z.number().int(),
  board,
  next,
  status,
}

/** Told where no acknowledgement is asked for. */
const gameError = ({ code, message, timestamp }: { code: string; message: string; timestamp: string }) => ({
  event: 'gameError',
  payload: { code, message, timestamp },
})

export const connectFourVocabulary = {
  namespace: '/',
  dialect: 'connect-four',
  failures: {
    createGame: gameError,
    joinGame: gameError,
    dropDisc: gameError,
    resign: gameError,
    rematch: gameError,
  },
  incoming: {
    createGame: {
      summary:
        'Sets up a game, in a room of its own unless one is named; against the computer it starts at once',
      payload: createGame,
      reply: z.object({ room: z.string(), you: player, state }),
    },
    joinGame: {
      summary: 'Takes the seat that waits, or watches where none does',
      payload: joinGame,
      reply: z.object({ you: player.nullable(), state }),
    },
    dropDisc: {
      summary: 'Drops a disc; said again with the same `moveId` it is answered again and not done again',
      payload: dropDisc,
      reply: z.object({ ply: z.number().int(), row: z.number().int() }),
    },
    resign: { summary: 'Gives the game up', payload: inGame, reply: nothing },
    rematch: {
      summary: 'Asks for another game with the sides changed; it starts when both have asked',
      payload: inGame,
      reply: nothing,
    },
  },
  outgoing: {
    gameStarted: outgoing('Both seats are taken; player 1 moves first', { players, next: player, board }),
    playerMove: outgoing('A player has dropped a disc; row 0 is the top', moved),
    aiMove: outgoing('The computer has dropped a disc', moved),
    gameOver: outgoing('The game is over', {
      winner: player.nullable(),
      reason: z.enum(['four', 'full', 'resigned', 'forfeit']),
      line: z.array(z.array(z.number().int()).length(2)).length(4).optional(),
    }),
    playerDisconnected: outgoing('A player’s connection is lost; after `graceMs` the game is', {
      player,
      graceMs: z.number().int().optional(),
    }),
    playerReconnected: outgoing('The player is back', { player }),
    gameError: {
      summary: 'What was asked for without an acknowledgement was refused',
      payload: z.object({ code: z.string(), message: z.string(), timestamp: z.string() }),
    },
  },
} as const satisfies Vocabulary
