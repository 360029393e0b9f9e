import { Notice } from '../../shell/notice.js'
import { quizWordsFor } from './quiz-words.js'
import type { QuizInUse } from './use-quiz.js'

/** What stands in the way of being in the quiz at all. */
export const QuizNotices = ({ client, state }: QuizInUse) => {
  const { connection, membership } = state
  if (connection.type === 'taken-over')
    return (
      <Notice variant="warning" words="This quiz goes on in another window, or the server ended this one.">
        <wa-button variant="brand" size="s" onClick={client.takeBack}>
          Go on here
        </wa-button>
      </Notice>
    )
  if (connection.type === 'refused')
    return (
      <Notice variant="danger" words={quizWordsFor(connection.error)}>
        <wa-button size="s" onClick={() => location.reload()}>
          Try again
        </wa-button>
      </Notice>
    )
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
