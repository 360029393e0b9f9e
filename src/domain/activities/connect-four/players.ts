import type { MemberId } from '../../kernel/ids.js'
import type { Player } from './board.js'

/** 1 is a beginner; 10 never gives up a win or a draw that it has. */
export type Level = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10

/** Who plays for a side. */
export type Seat =
  | { readonly kind: 'human'; readonly memberId: MemberId }
  | { readonly kind: 'ai'; readonly level: Level }

/** Both sides; `null` is a seat that waits for somebody. */
export interface Players {
  readonly 1: Seat | null
  readonly 2: Seat | null
}

export const bothSides: ReadonlyArray<Player> = [1, 2]

export const otherSide = (player: Player): Player => (player === 1 ? 2 : 1)

/** For which side a member plays; `undefined`: it watches. */
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
