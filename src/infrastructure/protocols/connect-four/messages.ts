import { z } from 'zod'
import { createFields, dropFields } from '../../../domain/activities/connect-four/commands.js'
import type { Outgoing } from '../define-protocol.js'
import { position, roomName, roomToken } from '../schemas.js'

const entryFields = { name: z.string().max(200).optional(), token: roomToken.optional() }

export const createGame = z.object({ room: roomName.optional(), ...createFields, ...entryFields })
export const joinGame = z.object({ room: roomName, ...entryFields })
export const dropDisc = z.object({
  room: roomName.optional(),
  ...dropFields,
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
/** By the player's number; `null` is a free seat. */
const players = z.object({ 1: seat.nullable(), 2: seat.nullable() })

const state = z.object({ board, next, ply: z.number().int(), status, players })

export const created = z.object({ room: z.string(), you: player, state })
export const joined = z.object({ you: player.nullable(), state })
export const dropped = z.object({ ply: z.number().int(), row: z.number().int() })

const event = (summary: string, fields: z.ZodRawShape) => ({
  summary,
  payload: z.object({ ...fields, ...position, more: z.literal(true).optional() }),
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

export const outgoing = {
  gameStarted: event('Both seats are taken; player 1 moves first', { players, next: player, board }),
  playerMove: event('A player has dropped a disc; row 0 is the top', moved),
  aiMove: event('The computer has dropped a disc', moved),
  gameOver: event('The game is over', {
    winner: player.nullable(),
    reason: z.enum(['four', 'full', 'resigned', 'forfeit']),
    line: z.array(z.array(z.number().int()).length(2)).length(4).optional(),
  }),
  playerDisconnected: event('A player’s connection is lost; the player forfeits the game after `graceMs`', {
    player,
    graceMs: z.number().int().optional(),
  }),
  playerReconnected: event('A player has reconnected', { player }),
  gameError: {
    summary: 'The failure of a request that was sent without an acknowledgement',
    payload: z.object({ code: z.string(), message: z.string(), timestamp: z.string() }),
  },
} as const satisfies Readonly<Record<string, Outgoing>>
