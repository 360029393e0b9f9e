import type { AnswerState } from '../../../client/quiz/answer-sender.js'
import type { QuizRoom, Round } from '../../../client/quiz/quiz-room.js'
import { pointsOf, ranking } from '../../../client/quiz/ranking.js'
import { ordinal, pointsText, quizErrorText } from '../room/quiz-text.js'
import { Bars } from '../show/bars.js'
import { QuestionHead } from '../show/question-head.js'
import { ScoreTable } from '../show/score-table.js'

interface ResultProps {
  readonly room: QuizRoom
  readonly round: Round
  readonly answer: AnswerState
}

const bestShown = 5

type Outcome = 'right' | 'wrong' | 'none'

const outcomeOf = ({ ownAnswer, answer }: Round): Outcome =>
  ownAnswer === null ? 'none' : ownAnswer.choice === answer ? 'right' : 'wrong'

export const PlayerResult = ({ room, round, answer }: ResultProps) => {
  const { question, counts, ownAnswer } = round
  const all = ranking(room)
  const mine = all.find(({ isOwn }) => isOwn)
  const outcome = outcomeOf(round)
  return (
    <section class="result stack" aria-label={`Result of question ${question.number}`}>
      <div class={`outcome ${outcome}`} data-testid="outcome" data-outcome={outcome}>
        <wa-icon
          name={outcome === 'right' ? 'circle-check' : outcome === 'wrong' ? 'circle-xmark' : 'clock'}
        ></wa-icon>
        <div>
          <strong>{headlines[outcome]}</strong>
          <p>
            {outcome === 'right' && `+ ${pointsText(pointsOf(round))}`}
            {outcome === 'none' &&
              (answer.type === 'refused' && answer.closesAt === question.closesAt
                ? quizErrorText(answer.error)
                : 'You gave no answer to this one.')}
            {outcome === 'wrong' && 'No points this time.'}
          </p>
        </div>
        {mine !== undefined && (
          <p class="own-place" data-testid="own-place">
            <strong>{ordinal(mine.place)}</strong>
            <span>{pointsText(mine.score)}</span>
          </p>
        )}
      </div>
      <QuestionHead question={question} takesFocus />
      <Bars
        choices={question.choices}
        counts={counts}
        answer={round.answer}
        own={ownAnswer?.choice ?? null}
      />
      <ScoreTable ranking={all} first={bestShown} />
      <p class="quiet small">
        {question.number < question.of
          ? 'The next question comes in a moment.'
          : 'That was the last question. The table comes in a moment.'}
      </p>
    </section>
  )
}

const headlines: Readonly<Record<Outcome, string>> = {
  right: 'Right!',
  wrong: 'Wrong',
  none: 'No answer',
}
