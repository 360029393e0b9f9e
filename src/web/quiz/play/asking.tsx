import type { AskedQuestion } from '../../../client/quiz/quiz-room.js'
import type { AnswerState } from '../../../client/quiz/answering.js'
import { quizWordsFor } from '../room/quiz-words.js'
import { letterOf } from '../show/letters.js'
import { QuestionHead } from '../show/question-head.js'
import { TimeBar, useTimeLeft } from '../show/time-bar.js'
import { ChoiceButtons } from './choice-buttons.js'

interface AskingProps {
  readonly question: AskedQuestion
  /** what the server has of this player */
  readonly own: number | null
  readonly answer: AnswerState
  readonly serverNow: () => number
  readonly onChoose: (choice: number) => void
}

export const Asking = ({ question, own, answer, serverNow, onChoose }: AskingProps) => {
  const leftMs = useTimeLeft(question.closesAt, serverNow)
  const chosen = own ?? (answer.type === 'sending' ? answer.choice : null)
  const canChoose = chosen === null && leftMs > 0
  return (
    <section class="asking" aria-label={`Question ${question.number}`}>
      <TimeBar question={question} leftMs={leftMs} />
      <QuestionHead question={question} takesFocus />
      <ChoiceButtons choices={question.choices} chosen={chosen} canChoose={canChoose} onChoose={onChoose} />
      <p class="verdict" data-testid="answer-state" data-state={own === null ? answer.type : 'locked'}>
        {wordsOf(question, own, answer, leftMs)}
      </p>
    </section>
  )
}

const wordsOf = (
  { number }: AskedQuestion,
  own: number | null,
  answer: AnswerState,
  leftMs: number,
): string => {
  if (own !== null) return `${letterOf(own)} is locked in. Wait for the others.`
  if (answer.type === 'sending')
    return answer.isWaiting
      ? `${letterOf(answer.choice)} is sent as soon as the connection is back.`
      : `Sending ${letterOf(answer.choice)} …`
  if (answer.type === 'refused' && answer.number === number) return quizWordsFor(answer.error)
  return leftMs > 0 ? 'One answer, and it counts. The quicker, the more.' : 'Time is up.'
}
