import { Notice, roomNotice } from '../../shell/room-notice.js'
import { quizErrorText } from './quiz-text.js'
import type { QuizInUse } from './use-quiz.js'

/** Why somebody is not in the quiz, with buttons for the way on. */
export const QuizNotices = ({ client, state }: QuizInUse) =>
  roomNotice({
    status: state.status,
    takenOver: {
      text: 'This quiz goes on in another window, or the server ended this one.',
      button: 'Go on here',
      onClick: client.takeBack,
    },
    textOf: quizErrorText,
    refused: (error) => (
      <Notice variant="danger" text={quizErrorText(error)}>
        <wa-button size="s" onClick={client.join}>
          Try again
        </wa-button>
        <wa-button size="s" appearance="outlined" href="/quiz">
          Another code
        </wa-button>
      </Notice>
    ),
  })
