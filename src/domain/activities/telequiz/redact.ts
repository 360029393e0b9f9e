import type { Viewer } from '../../kernel/activity.js'
import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { Table } from '../../kernel/table.js'
import { emptyTable, findIn, withEntry } from '../../kernel/table.js'
import type { QuizEvent } from './events.js'
import type { GivenAnswer, QuizState } from './state.js'

/**
 * Later questions and right answers are hidden from all, operators and the host's other devices included. Of the answers to
 * an open question a member sees only its own: their number would reveal who has answered.
 */
export const redactState = (viewer: Viewer, { secret: _secret, ...state }: QuizState): QuizState =>
  state.phase.type === 'asking'
    ? { ...state, phase: { ...state.phase, answers: ownOf(viewer, state.phase.answers) } }
    : state

const ownOf = (viewer: Viewer, answers: Table<GivenAnswer>): Table<GivenAnswer> => {
  const own = viewer.type === 'member' ? findIn(answers, ({ by }) => by === viewer.id) : undefined
  return own === undefined ? emptyTable : withEntry(emptyTable, own.user, own)
}

export const redactEvent = (
  viewer: Viewer,
  event: RecordedEvent<QuizEvent>,
): RecordedEvent<QuizEvent> | undefined => {
  switch (event.type) {
    case 'telequiz.question': {
      const { secret: _secret, ...shown } = event
      return shown
    }
    case 'telequiz.answered':
      return viewer.type === 'member' && viewer.id === event.by ? event : undefined
    case 'telequiz.opened':
    case 'telequiz.closed':
    case 'telequiz.scores':
    case 'telequiz.finished':
      return event
  }
}
