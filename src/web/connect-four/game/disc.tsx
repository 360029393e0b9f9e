import { useState } from 'preact/hooks'
import type { Player } from '../../../client/connect-four/connect-four-wire.js'

interface DiscProps {
  readonly player: Player
  /** the row to which it falls, from the top. Left out: it does not fall. */
  readonly fallsTo?: number
}

/** Red has a ring, yellow a cross: the colour is not the only sign. */
export const Disc = ({ player, fallsTo }: DiscProps) => {
  // From the first render: later changes do not start the animation again.
  const [height] = useState(fallsTo === undefined ? null : fallsTo + 1)
  return (
    <svg
      class={`disc player-${player}${height === null ? '' : ' falls'}`}
      style={height === null ? {} : { '--height': height }}
      viewBox="0 0 40 40"
      aria-hidden="true"
    >
      <circle class="body" cx="20" cy="20" r="20" />
      {player === 1 ? (
        <circle class="mark" cx="20" cy="20" r="10" />
      ) : (
        <path class="mark" d="M13 13l14 14M27 13L13 27" />
      )}
    </svg>
  )
}
