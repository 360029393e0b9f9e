import type { AskedQuestion } from '../../../client/quiz/quiz-room.js'
import type { AnswerState } from '../../../client/quiz/answer-sender.js'
import { lateAnswerText, quizErrorText } from '../room/quiz-text.js'
import { letterOf } from '../show/letters.js'
import { QuestionHead } from '../show/question-head.js'
import { TimeBar, useTimeLeft } from '../show/time-bar.js'
import { ChoiceButtons } from './choice-buttons.js'

interface PlayerQuestionProps {
  readonly question: AskedQuestion
  /** the answer that the server has */
  readonly own: number | null
  readonly answer: AnswerState
  readonly serverNow: () => number
  readonly onChoose: (choice: number) => void
}

export const PlayerQuestion = ({ question, own, answer, serverNow, onChoose }: PlayerQuestionProps) => {
  const leftMs = useTimeLeft(question.closesAt, serverNow)
  const isOfThis = answer.type !== 'none' && answer.closesAt === question.closesAt
  const chosen = own ?? (isOfThis && answer.type === 'sending' ? answer.choice : null)
  const late = lateAnswerText(question, answer)
  const canChoose = chosen === null && leftMs > 0
  return (
    <section class="asking" aria-label={`Question ${question.number}`}>
      <TimeBar question={question} leftMs={leftMs} />
      {late !== null && (
        <p class="late" data-testid="late-answer">
          {late}
        </p>
      )}
      <QuestionHead question={question} takesFocus />
      <ChoiceButtons choices={question.choices} chosen={chosen} canChoose={canChoose} onChoose={onChoose} />
      <p
        class="verdict"
        data-testid="answer-state"
        data-state={own !== null ? 'locked' : isOfThis ? answer.type : 'none'}
      >
        {answerText(own, isOfThis ? answer : none, leftMs)}
      </p>
    </section>
  )
}

const none: AnswerState = { type: 'none' }

/** @param answer to this question */
const answerText = (own: number | null, answer: AnswerState, leftMs: number): string => {
  if (own !== null) return `${letterOf(own)} is locked in. Wait for the others.`
  if (answer.type === 'sending')
    return answer.isWaiting
      ? `${letterOf(answer.choice)} is sent as soon as the connection is back.`
      : `Sending ${letterOf(answer.choice)} …`
  if (answer.type === 'refused') return quizErrorText(answer.error)
  return leftMs > 0 ? 'One answer, and it counts. The quicker, the more.' : 'Time is up.'
}
