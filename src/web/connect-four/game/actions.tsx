import { useState } from 'preact/hooks'
import { Modal } from '../../shell/modal.js'

interface ActionsProps {
  readonly phase: 'unknown' | 'waiting' | 'playing' | 'over'
  readonly plays: boolean
  readonly isConnected: boolean
  readonly isAgainstComputer: boolean
  readonly asksForRematch: boolean
  readonly onResign: () => void
  readonly onRematch: () => void
  readonly onNewGame: () => void
}

/** One button for the next action in the game: it keeps its position and the focus from one game to the next. */
export const Actions = (props: ActionsProps) => {
  const { phase, plays, isConnected, isAgainstComputer, asksForRematch } = props
  const [isGivingUp, setGivingUp] = useState(false)
  const isOver = phase === 'over'
  if (phase === 'unknown' || phase === 'waiting') return null
  if (!plays)
    return isOver ? (
      <div class="game-actions">
        <wa-button variant="brand" onClick={props.onNewGame}>
          <wa-icon slot="start" name="plus"></wa-icon>
          New game
        </wa-button>
      </div>
    ) : null
  return (
    <div class="game-actions">
      <wa-button
        variant={isOver ? 'brand' : 'neutral'}
        appearance={isOver ? 'accent' : 'outlined'}
        disabled={!isConnected || (isOver && asksForRematch)}
        onClick={isOver ? props.onRematch : () => setGivingUp(true)}
      >
        <wa-icon slot="start" name={isOver ? 'refresh' : 'flag'}></wa-icon>
        {isOver ? 'Play again' : 'Give up'}
      </wa-button>
      {isOver && (
        <wa-button appearance="outlined" onClick={props.onNewGame}>
          New game
        </wa-button>
      )}
      {isOver && asksForRematch && (
        <p class="quiet small" role="status">
          You want to play again. It begins when your opponent does, too.
        </p>
      )}
      {isOver && !asksForRematch && (
        <p class="quiet small">
          {isAgainstComputer
            ? 'Sides change with each game.'
            : 'It begins when both of you want to, and sides change.'}
        </p>
      )}
      <Modal
        open={isGivingUp && !isOver}
        label="Give this game up?"
        onClose={() => setGivingUp(false)}
        width="24rem"
      >
        <div class="stack">
          <p>The other side wins then.</p>
          <div class="row wide">
            <wa-button
              variant="danger"
              onClick={() => {
                setGivingUp(false)
                props.onResign()
              }}
            >
              Yes, give up
            </wa-button>
            <wa-button appearance="outlined" onClick={() => setGivingUp(false)}>
              Play on
            </wa-button>
          </div>
        </div>
      </Modal>
    </div>
  )
}
