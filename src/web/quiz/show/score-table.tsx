import type { Rank } from '../../../client/quiz/ranking.js'

interface ScoreTableProps {
  readonly ranking: ReadonlyArray<Rank>
  /** shows only so many places, and the own one; all, if left out */
  readonly first?: number
}

const medals: Readonly<Record<number, string>> = { 1: 'gold', 2: 'silver', 3: 'bronze' }

export const ScoreTable = ({ ranking, first = Infinity }: ScoreTableProps) => {
  const rows = ranking.filter(({ isOwn }, above) => above < first || isOwn)
  if (ranking.length === 0) return <p class="empty">Nobody has answered yet.</p>
  return (
    <div class="stack tight">
      <table class="scores" data-testid="scores">
        <caption class="wa-visually-hidden-force">Points, the best first</caption>
        <thead class="wa-visually-hidden-force">
          <tr>
            <th scope="col">Place</th>
            <th scope="col">Name</th>
            <th scope="col">Points</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ user, name, score, place, isOwn }) => (
            <tr key={user} class={isOwn ? 'own' : ''}>
              <td class={`place ${score > 0 ? (medals[place] ?? '') : ''}`}>{place}</td>
              <td class="who">
                {name ?? 'Somebody who has left'}
                {isOwn && ' '}
                {isOwn && <span class="mark">You</span>}
              </td>
              <td class="points">{score.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < ranking.length && (
        <p class="quiet small">
          {rows.length} of {ranking.length} players are shown.
        </p>
      )}
    </div>
  )
}
