import type { MemberId } from '../../kernel/ids.js'
import type { Player } from './board.js'

/** 1 is a beginner; 10 plays perfectly. */
export type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

/** The player of a side. */
export type Seat =
  | { readonly kind: 'human'; readonly memberId: MemberId }
  | { readonly kind: 'ai'; readonly level: Level }

/** Both sides; `null` is an open seat. */
export interface Players {
  readonly 1: Seat | null
  readonly 2: Seat | null
}

export const bothSides: ReadonlyArray<Player> = [1, 2]

export const otherSide = (player: Player): Player => (player === 1 ? 2 : 1)

/** The side of a member; `undefined`: it watches. */
export const sideOf = (member: MemberId | null, players: Players): Player | undefined =>
  member === null
    ? undefined
    : bothSides.find((player) => {
        const seat = players[player]
        return seat?.kind === 'human' && seat.memberId === member
      })

export const openSide = (players: Players): Player | undefined =>
  bothSides.find((player) => players[player] === null)

export const sidesChanged = (players: Players): Players => ({ 1: players[2], 2: players[1] })

export const seated = (player: Player, own: Seat, other: Seat | null): Players =>
  player === 1 ? { 1: own, 2: other } : { 1: other, 2: own }
