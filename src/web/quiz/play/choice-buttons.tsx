import { useEffect } from 'preact/hooks'
import { choiceOfKey, letterOf } from '../show/letters.js'

interface ChoiceButtonsProps {
  readonly choices: ReadonlyArray<string>
  readonly chosen: number | null
  readonly canChoose: boolean
  readonly onChoose: (choice: number) => void
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, wa-input, wa-textarea, wa-dialog') !== null

export const ChoiceButtons = ({ choices, chosen, canChoose, onChoose }: ChoiceButtonsProps) => {
  const count = choices.length
  useEffect(() => {
    if (!canChoose) return
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      const choice = choiceOfKey(event.key, count)
      if (choice !== null) onChoose(choice)
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [canChoose, count, onChoose])

  return (
    <div class="choices" role="group" aria-label="Choices">
      {choices.map((choice, place) => (
        <button
          key={place}
          type="button"
          class={`choice c${place}`}
          // Not `disabled`, which would take the focus away after a choice by keyboard.
          aria-disabled={!canChoose}
          aria-pressed={chosen === place}
          onClick={() => canChoose && onChoose(place)}
        >
          <span class="letter">{letterOf(place)}</span>
          <span class="choice-text">{choice}</span>
          {chosen === place && <wa-icon name="check" label="Your answer"></wa-icon>}
        </button>
      ))}
    </div>
  )
}
