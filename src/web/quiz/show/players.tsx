import type { Person } from '../../../client/quiz/people.js'

interface PlayersProps {
  readonly players: ReadonlyArray<Person>
  readonly ownId: string | null
}

/** More names would make the page slow. */
const shownAtMost = 300

export const Players = ({ players, ownId }: PlayersProps) => (
  <ul class="players" aria-label="Players" data-testid="players">
    {players.slice(0, shownAtMost).map(({ id, name, isAway }) => (
      <li key={id} class={`${isAway ? 'away' : ''} ${id === ownId ? 'own' : ''}`}>
        {name ?? 'Somebody'}
        {isAway && <span class="small"> · away</span>}
        {id === ownId && <span class="wa-visually-hidden-force"> (you)</span>}
      </li>
    ))}
    {players.length > shownAtMost && <li class="more">and {players.length - shownAtMost} more</li>}
  </ul>
)
