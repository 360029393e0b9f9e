import type { Person } from '../../../client/quiz/people.js'
import { readyToAsk, type Drafts } from '../questions/drafts.js'
import { QuestionEditor } from '../questions/question-editor.js'

interface PreparationProps {
  readonly drafts: Drafts
  readonly onDrafts: (change: (drafts: Drafts) => Drafts) => void
  readonly players: ReadonlyArray<Person>
  readonly onDone: () => void
}

export const Preparation = ({ drafts, onDrafts, players, onDone }: PreparationProps) => {
  const ready = readyToAsk(drafts)
  return (
    <div class="preparation stack">
      <QuestionEditor drafts={drafts} onDrafts={onDrafts} />
      <div class="next-step">
        <p class="quiet" data-testid="readiness">
          {ready.type === 'ready' ? lengthOf(ready.questions) : ready.words}
        </p>
        <wa-button variant="brand" size="l" onClick={onDone}>
          Let people in
          {players.length > 0 && ` (${players.length} here)`}
          <wa-icon slot="end" name="chevron-right"></wa-icon>
        </wa-button>
      </div>
    </div>
  )
}

/** The pause of the server between two questions. */
const pauseSeconds = 3

const lengthOf = (questions: ReadonlyArray<{ readonly seconds: number }>): string => {
  const count = questions.length
  const seconds = Math.round(
    questions.reduce((sum, one) => sum + one.seconds, 0) + Math.max(0, count - 1) * pauseSeconds,
  )
  const minutes = Math.round(seconds / 60)
  const length = seconds < 90 ? `${seconds} seconds` : `${minutes} minutes`
  return `${count} ${count === 1 ? 'question' : 'questions'}, about ${length}.`
}
