import type { Player } from '../../../client/connect-four/connect-four-wire.js'
import { Disc } from './disc.js'
import { discName } from './game-text.js'

interface SquareProps {
  readonly row: number
  readonly column: number
  readonly disc: Player | 0
  /** a new disc falls; one that was there at the first render does not */
  readonly falls: boolean
  /** a disc in the highlighted column would land here */
  readonly isLanding: boolean
  /** an own disc would land here */
  readonly isPlayable: boolean
  readonly isChosen: boolean
  readonly isFull: boolean
  readonly isLast: boolean
  readonly isWinning: boolean
  /** the game is won by other squares */
  readonly isFaded: boolean
  readonly hasFocus: boolean
}

export const Square = (props: SquareProps) => {
  const { row, column, disc, falls, isLanding } = props
  return (
    <div
      role="gridcell"
      aria-label={nameOf(props)}
      class={classOf(props)}
      tabIndex={props.hasFocus ? 0 : -1}
      data-row={row}
      data-column={column}
      data-disc={disc}
    >
      {disc !== 0 && <Disc key={disc} player={disc} {...(falls && { fallsTo: row })} />}
      {isLanding && <span class="ghost"></span>}
    </div>
  )
}

const nameOf = ({ row, column, disc, isPlayable, isLast, isWinning }: SquareProps): string => {
  const place = `row ${row + 1}, column ${column + 1}`
  if (disc === 0) return isPlayable ? `${place}: free, a disc would land here` : `${place}: free`
  const colour = `${place}: ${discName(disc)}`
  if (isWinning) return `${colour}, one of the four`
  return isLast ? `${colour}, the last move` : colour
}

const classOf = ({ isChosen, isFull, isLast, isWinning, isFaded }: SquareProps): string =>
  [
    'cell',
    isChosen && !isFull && 'chosen',
    isFull && 'full',
    isLast && 'last',
    isWinning && 'winning',
    isFaded && 'faded',
  ]
    .filter((name) => name !== false)
    .join(' ')
