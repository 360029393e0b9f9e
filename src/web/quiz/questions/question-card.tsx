import { quizBounds } from '../../../domain/activities/telequiz/bounds.js'
import { TextField } from '../../shell/text-field.js'
import { letterOf } from '../show/letters.js'
import type { Draft } from './drafts.js'
import { problemIn, withoutChoice } from './drafts.js'

interface QuestionCardProps {
  readonly draft: Draft
  readonly number: number
  readonly of: number
  readonly isOpen: boolean
  readonly onOpen: (isOpen: boolean) => void
  readonly onChange: (next: Partial<Omit<Draft, 'key'>>) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onDelete: () => void
}

export const QuestionCard = (props: QuestionCardProps) => {
  const { draft, number, of, isOpen, onOpen, onMove, onDelete } = props
  const problem = problemIn(draft)
  return (
    <li class={`question-card ${isOpen ? 'open' : ''}`} data-testid="question-card">
      <div class="summary">
        <button type="button" class="opener" aria-expanded={isOpen} onClick={() => onOpen(!isOpen)}>
          <span class="number">{number}</span>
          <span class="what">
            <span class="text">{draft.text.trim() === '' ? 'New question' : draft.text}</span>
            <span class={`small ${problem === null ? 'quiet' : 'todo'}`}>
              {problem ?? `${draft.choices.length} choices · ${draft.seconds} s`}
            </span>
          </span>
        </button>
        <span class="row tools">
          <wa-button size="s" appearance="plain" disabled={number === 1} onClick={() => onMove(-1)}>
            <wa-icon name="arrow-up" label={`Move question ${number} up`}></wa-icon>
          </wa-button>
          <wa-button size="s" appearance="plain" disabled={number === of} onClick={() => onMove(1)}>
            <wa-icon name="arrow-down" label={`Move question ${number} down`}></wa-icon>
          </wa-button>
          <wa-button size="s" appearance="plain" onClick={onDelete}>
            <wa-icon name="trash" label={`Delete question ${number}`}></wa-icon>
          </wa-button>
        </span>
      </div>
      {isOpen && <Fields {...props} />}
    </li>
  )
}

const Fields = ({ draft, number, onChange, onOpen }: QuestionCardProps) => (
  <div class="stack fields">
    <wa-textarea
      label={`Question ${number}`}
      rows={2}
      resize="auto"
      maxlength={quizBounds.textUnits}
      value={draft.text}
      onInput={(event) => onChange({ text: event.currentTarget.value ?? '' })}
    ></wa-textarea>
    <fieldset class="choices-fields">
      <legend>Choices: mark the right one</legend>
      {draft.choices.map((choice, place) => (
        <div key={place} class="choice-field row">
          <label class="right-mark" title="This is the right one">
            <input
              type="radio"
              name={`right-${draft.key}`}
              checked={draft.right === place}
              aria-label={`Choice ${letterOf(place)} is right`}
              onChange={() => onChange({ right: place })}
            />
            <span aria-hidden="true">{letterOf(place)}</span>
          </label>
          <TextField
            class="grow wa-visually-hidden-label"
            label={`Choice ${letterOf(place)}`}
            placeholder={`Choice ${letterOf(place)}`}
            maxlength={quizBounds.choiceUnits}
            value={choice}
            onValue={(text) => onChange({ choices: draft.choices.with(place, text) })}
          />
          <wa-button
            size="s"
            appearance="plain"
            disabled={draft.choices.length <= 2}
            onClick={() => onChange(withoutChoice(draft, place))}
          >
            <wa-icon name="xmark" label={`Remove choice ${letterOf(place)}`}></wa-icon>
          </wa-button>
        </div>
      ))}
    </fieldset>
    <div class="row wrap between end">
      <wa-button
        size="s"
        appearance="outlined"
        disabled={draft.choices.length >= quizBounds.choices}
        onClick={() => onChange({ choices: [...draft.choices, ''] })}
      >
        <wa-icon slot="start" name="plus"></wa-icon>
        Add a choice
      </wa-button>
      <TextField
        class="seconds"
        type="number"
        label="Seconds to answer"
        min={1}
        max={quizBounds.seconds}
        value={draft.seconds === null ? '' : String(draft.seconds)}
        onValue={(typed) => onChange({ seconds: typed === '' ? null : Number(typed) })}
      />
      <wa-button size="s" variant="brand" onClick={() => onOpen(false)}>
        Done
      </wa-button>
    </div>
  </div>
)
