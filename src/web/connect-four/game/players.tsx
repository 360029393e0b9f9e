import { useEffect, useState } from 'preact/hooks'
import { awayUntil, ownSide, type Game } from '../../../client/connect-four/game.js'
import type { Player, Seat } from '../../../client/connect-four/connect-four-wire.js'
import { levelName } from '../lobby/levels.js'
import { Disc } from './disc.js'
import { nameOf, sides } from './game-text.js'

/** The players, whose turn it is, and who is away. */
export const Players = ({ game }: { readonly game: Game }) => (
  <ul class="players" aria-label="Players">
    {sides.map((player) => (
      <PlayerCard key={player} game={game} player={player} />
    ))}
  </ul>
)

interface PlayerCardProps {
  readonly game: Game
  readonly player: Player
}

const PlayerCard = ({ game, player }: PlayerCardProps) => {
  const { phase } = game
  const seat = game.players[player]
  const isNext = phase.type === 'playing' && phase.next === player
  const hasWon = phase.type === 'over' && phase.end.winner === player
  const isOwn = ownSide(game) === player
  const until = phase.type === 'playing' && !isOwn ? awayUntil(game, player) : null
  return (
    <li
      class={`player${isNext ? ' next' : ''}${hasWon ? ' won' : ''}${until === null ? '' : ' away'}`}
      data-testid={`player-${player}`}
    >
      <span class="token">
        <Disc player={player} />
      </span>
      <span class="who">
        <strong>{seat === null ? 'Free' : nameOf(game, player)}</strong>
        <span class="quiet small">
          {until === null ? about(game, player, seat, isOwn) : <Countdown until={until} />}
        </span>
      </span>
      {hasWon && <wa-icon name="trophy" label="Winner"></wa-icon>}
    </li>
  )
}

const about = (game: Game, player: Player, seat: Seat | null, isOwn: boolean): string => {
  const colour = player === 1 ? 'Red' : 'Yellow'
  if (seat === null) return `${colour}, waits for somebody`
  if (seat.kind === 'ai') return `${colour}, level ${seat.level}: ${levelName(seat.level).toLowerCase()}`
  const ownName = isOwn && seat.name !== undefined && seat.name !== '' ? `${seat.name}, ` : ''
  const begins = game.ply === 0 && player === 1 ? ', begins' : ''
  return `${ownName === '' ? colour : `${ownName}${colour.toLowerCase()}`}${begins}`
}

const secondMs = 1_000

const secondsTo = (until: number): number => Math.max(0, Math.ceil((until - Date.now()) / secondMs))

/** Announced once, when it begins: a screen reader that counts aloud does not help. */
const Countdown = ({ until }: { readonly until: number }) => {
  const [left, setLeft] = useState(secondsTo(until))
  useEffect(() => {
    setLeft(secondsTo(until))
    const timer = setInterval(() => setLeft(secondsTo(until)), secondMs / 4)
    return () => clearInterval(timer)
  }, [until])
  return (
    <span class="countdown" data-testid="away">
      Away, {left} s left to come back
    </span>
  )
}
