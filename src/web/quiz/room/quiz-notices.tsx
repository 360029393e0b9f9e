import { connectionNotice } from '../../shell/connection-notice.js'
import { Notice } from '../../shell/notice.js'
import { quizWordsFor } from './quiz-words.js'
import type { QuizInUse } from './use-quiz.js'

/** What stands in the way of being in the quiz at all. */
export const QuizNotices = ({ client, state }: QuizInUse) => {
  const { connection, membership } = state
  const lost = connectionNotice({
    connection,
    takenOver: {
      words: 'This quiz goes on in another window, or the server ended this one.',
      back: 'Go on here',
      onBack: client.takeBack,
    },
    wordsFor: quizWordsFor,
  })
  if (lost !== null) return lost
  if (membership.type === 'refused')
    return (
      <Notice variant="danger" words={quizWordsFor(membership.error)}>
        <wa-button size="s" onClick={client.join}>
          Try again
        </wa-button>
        <wa-button size="s" appearance="outlined" href="/quiz">
          Another code
        </wa-button>
      </Notice>
    )
  return null
}
