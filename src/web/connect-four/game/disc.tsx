import { useState } from 'preact/hooks'
import type { Player } from '../../../client/connect-four/connect-four-wire.js'

interface DiscProps {
  readonly player: Player
  /** where it lies, from the top: so far it falls. Left out: it is there. */
  readonly fallsTo?: number
}

/** Red has a ring, yellow a cross: the colour is not the only sign. */
export const Disc = ({ player, fallsTo }: DiscProps) => {
  // As it was when the disc came: a fall is not begun again by what happens later.
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
