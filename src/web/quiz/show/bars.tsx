import { letterOf } from './letters.js'

interface BarsProps {
  readonly choices: ReadonlyArray<string>
  readonly counts: ReadonlyArray<number>
  readonly answer: number
  /** the own choice */
  readonly own: number | null
}

/** How many players chose each choice, and which is right. */
export const Bars = ({ choices, counts, answer, own }: BarsProps) => {
  const most = Math.max(1, ...counts)
  return (
    <ol class="bars" aria-label="How many chose each" data-testid="bars">
      {choices.map((choice, place) => {
        const count = counts[place] ?? 0
        return (
          <li key={place} class={`bar ${place === answer ? 'right' : ''}`} data-count={count}>
            <span class={`letter c${place}`}>{letterOf(place)}</span>
            <span class="bar-text">
              <span class="bar-choice">{choice}</span>
              {place === answer && (
                <span class="mark right-answer">
                  <wa-icon name="check"></wa-icon> Right answer
                </span>
              )}
              {place === own && <span class="mark">Your answer</span>}
              <span class="length" aria-hidden="true">
                <span class={`fill c${place}`} style={{ inlineSize: `${(count / most) * 100}%` }}></span>
              </span>
            </span>
            <span class="count-of">
              {count}
              <span class="wa-visually-hidden-force"> {count === 1 ? 'answer' : 'answers'}</span>
            </span>
          </li>
        )
      })}
    </ol>
  )
}
