import { useEffect, useRef } from 'preact/hooks'
import type { AskedQuestion } from '../../../client/quiz/quiz-room.js'

interface QuestionHeadProps {
  readonly question: AskedQuestion
  /** for users of a keyboard or a screen reader, who continue from here */
  readonly takesFocus: boolean
}

export const QuestionHead = ({ question: { number, of, text, closesAt }, takesFocus }: QuestionHeadProps) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    const isInDialog =
      document.activeElement?.closest('wa-dialog') !== null && document.activeElement !== null
    if (takesFocus && !isInDialog) heading.current?.focus({ preventScroll: true })
  }, [takesFocus, closesAt])
  return (
    <div class="question-head">
      <p class="eyebrow">
        Question {number} of {of}
      </p>
      <h2 ref={heading} tabIndex={-1} data-testid="question">
        {text}
      </h2>
    </div>
  )
}
