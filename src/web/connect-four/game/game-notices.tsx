import { Notice } from '../../shell/notice.js'
import { refusalWords } from './refusal-words.js'
import type { GameInUse } from './use-game.js'

interface GameNoticesProps {
  readonly inUse: GameInUse
  readonly onNewGame: () => void
}

/** What stands between somebody and the game, each with the way on. */
export const GameNotices = ({ inUse, onNewGame }: GameNoticesProps) => {
  const { state, error } = inUse
  const { connection, membership } = state
  if (connection.type === 'taken-over')
    return (
      <Notice
        variant="warning"
        words="This game is open in another tab or window, and only one can be in use."
      >
        <wa-button variant="brand" size="s" onClick={inUse.takeBack}>
          Use it here
        </wa-button>
      </Notice>
    )
  if (connection.type === 'refused')
    return (
      <Notice variant="danger" words={refusalWords(connection.error)}>
        <wa-button size="s" onClick={() => location.reload()}>
          Try again
        </wa-button>
      </Notice>
    )
  if (membership.type === 'refused')
    return (
      <Notice variant="danger" words={refusalWords(membership.error)}>
        <wa-button size="s" variant="brand" onClick={onNewGame}>
          New game
        </wa-button>
        <wa-button size="s" appearance="outlined" onClick={inUse.enterAgain}>
          Try again
        </wa-button>
      </Notice>
    )
  if (error === null) return null
  return (
    <Notice variant="danger" words={refusalWords(error)}>
      {(error.code === 'target-not-found' || error.code === 'game-over') && (
        <wa-button size="s" variant="brand" onClick={onNewGame}>
          New game
        </wa-button>
      )}
      <wa-button size="s" appearance="outlined" onClick={inUse.forgetError}>
        Close
      </wa-button>
    </Notice>
  )
}
