import { connectionNotice } from '../../shell/connection-notice.js'
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
  const lost = connectionNotice({
    connection,
    takenOver: {
      words: 'This game is open in another tab or window, and only one can be in use.',
      back: 'Use it here',
      onBack: inUse.takeBack,
    },
    wordsFor: refusalWords,
  })
  if (lost !== null) return lost
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
