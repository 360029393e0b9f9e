import type { AskedQuestion, QuizRoom, Round } from '../../../client/quiz/quiz-room.js'
import { ranking } from '../../../client/quiz/ranking.js'
import { pointsText } from '../room/quiz-text.js'
import { Bars } from '../show/bars.js'
import { letterOf } from '../show/letters.js'
import { QuestionHead } from '../show/question-head.js'
import { ScoreTable } from '../show/score-table.js'
import { TimeBar, useTimeLeft } from '../show/time-bar.js'

interface HostStageProps {
  readonly room: QuizRoom
  /** the result of the last question, for a few seconds after the end */
  readonly last: Round | null
  readonly players: number
  readonly serverNow: () => number
  readonly onAgain: () => void
}

const bestShown = 10

/** The quiz for a projector: large, and without anything that players may not see yet. */
export const HostStage = ({ room, last, players, serverNow, onAgain }: HostStageProps) => {
  const { phase } = room.quiz
  switch (phase.type) {
    case 'idle':
      return null
    case 'asking':
      return (
        <OpenQuestion
          key={phase.question.closesAt}
          question={phase.question}
          answered={room.answeredIds.length}
          players={players}
          serverNow={serverNow}
        />
      )
    case 'closed': {
      const round = room.rounds.find(({ question }) => question.number === phase.question.number)
      return round === undefined ? null : <Counted room={room} round={round} />
    }
    case 'finished':
      return last === null ? (
        <FinalTable room={room} onAgain={onAgain} />
      ) : (
        <Counted room={room} round={last} />
      )
  }
}

interface CountedProps {
  readonly room: QuizRoom
  readonly round: Round
}

const Counted = ({ room, round: { question, counts, answer } }: CountedProps) => (
  <section class="wall closed" aria-label={`Result of question ${question.number}`}>
    <div class="stack">
      <QuestionHead question={question} takesFocus />
      <Bars choices={question.choices} counts={counts} answer={answer} own={null} />
    </div>
    <div class="stack">
      <h3>The table</h3>
      <ScoreTable ranking={ranking(room)} first={bestShown} />
    </div>
  </section>
)

interface OpenQuestionProps {
  readonly question: AskedQuestion
  readonly answered: number
  readonly players: number
  readonly serverNow: () => number
}

const OpenQuestion = ({ question, answered, players, serverNow }: OpenQuestionProps) => {
  const leftMs = useTimeLeft(question.closesAt, serverNow)
  return (
    <section class="wall" aria-label={`Question ${question.number}`}>
      <TimeBar question={question} leftMs={leftMs} />
      <QuestionHead question={question} takesFocus />
      <ol class="choices" aria-label="Choices">
        {question.choices.map((choice, place) => (
          <li key={place} class={`choice c${place}`}>
            <span class="letter">{letterOf(place)}</span>
            <span class="choice-text">{choice}</span>
          </li>
        ))}
      </ol>
      <p class="answered" data-testid="answered">
        <strong>{answered}</strong> of {players} {players === 1 ? 'player has' : 'players have'} answered
      </p>
    </section>
  )
}

const FinalTable = ({ room, onAgain }: Pick<HostStageProps, 'room' | 'onAgain'>) => {
  const all = ranking(room)
  const best = all.filter(({ place }) => place === 1)
  return (
    <section class="wall final" aria-labelledby="final-heading">
      <div class="podium">
        <wa-icon name="trophy"></wa-icon>
        <h2 id="final-heading">
          {best.length === 0
            ? 'The quiz is over'
            : best.map(({ name }) => name ?? 'Somebody who has left').join(' and ')}
        </h2>
        {best[0] !== undefined && (
          <p>
            {best.length === 1 ? 'wins' : 'share the first place'} with {pointsText(best[0].score)}
          </p>
        )}
      </div>
      <ScoreTable ranking={all} />
      <div class="row wide">
        <wa-button variant="brand" size="l" onClick={onAgain}>
          Another round
        </wa-button>
      </div>
    </section>
  )
}
