import type { QuizRoom, Round } from '../../../client/quiz/quiz-room.js'
import { pointsOf, ranking } from '../../../client/quiz/ranking.js'
import { ordinal, pointsText } from '../room/quiz-text.js'
import { letterOf } from '../show/letters.js'
import { ScoreTable } from '../show/score-table.js'

export const PlayerFinal = ({ room }: { readonly room: QuizRoom }) => {
  const all = ranking(room)
  const mine = all.find(({ isOwn }) => isOwn)
  const right = room.rounds.filter(({ ownAnswer, answer }) => ownAnswer?.choice === answer).length
  return (
    <section class="stack final" aria-labelledby="final-heading">
      <div class="podium">
        <wa-icon name="trophy"></wa-icon>
        <h2 id="final-heading">
          {mine === undefined ? 'The quiz is over' : `You are ${ordinal(mine.place)}`}
        </h2>
        {mine !== undefined && (
          <p>
            {pointsText(mine.score)}
            {room.rounds.length > 0 && ` · ${right} of ${room.rounds.length} right`}
          </p>
        )}
      </div>
      <ScoreTable ranking={all} />
      {room.rounds.length > 0 && (
        <details class="review">
          <summary>Your answers</summary>
          <ol>
            {room.rounds.map((round) => (
              <ReviewedRound key={round.question.number} round={round} />
            ))}
          </ol>
        </details>
      )}
      <p class="quiet small">Stay here if there is another round: it begins by itself.</p>
    </section>
  )
}

const ReviewedRound = ({ round }: { readonly round: Round }) => {
  const { question, answer, ownAnswer } = round
  const isRight = ownAnswer?.choice === answer
  return (
    <li value={question.number}>
      <strong>{question.text}</strong>
      <p class="small">
        {letterOf(answer)}: {question.choices[answer]}
        {ownAnswer === null
          ? ' · you gave no answer'
          : isRight
            ? ` · right, ${pointsText(pointsOf(round))}`
            : ` · you said ${letterOf(ownAnswer.choice)}: ${question.choices[ownAnswer.choice] ?? ''}`}
      </p>
    </li>
  )
}
