import { ErrorNotice, Notice, roomNotice } from '../../shell/room-notice.js'
import { gameErrorText } from './game-text.js'
import type { GameInUse } from './use-game.js'

interface GameNoticesProps {
  readonly inUse: GameInUse
  readonly onNewGame: () => void
}

/** Why somebody is not in the game, or cannot do something there, each with buttons for the way on. */
export const GameNotices = ({ inUse, onNewGame }: GameNoticesProps) => {
  const { client, state, error, setError } = inUse
  const notice = roomNotice({
    status: state.status,
    takenOver: {
      text: 'This game is open in another tab or window, and only one can be in use.',
      button: 'Use it here',
      onClick: client.takeBack,
    },
    textOf: gameErrorText,
    refused: (refusal) => (
      <Notice variant="danger" text={gameErrorText(refusal)}>
        <wa-button size="s" variant="brand" onClick={onNewGame}>
          New game
        </wa-button>
        <wa-button size="s" appearance="outlined" onClick={client.joinAgain}>
          Try again
        </wa-button>
      </Notice>
    ),
  })
  if (notice !== null || error === null) return notice
  return (
    <ErrorNotice error={error} textOf={gameErrorText} onClose={() => setError(null)}>
      {(error.code === 'target-not-found' || error.code === 'game-over') && (
        <wa-button size="s" variant="brand" onClick={onNewGame}>
          New game
        </wa-button>
      )}
    </ErrorNotice>
  )
}
