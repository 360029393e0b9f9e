import { useEffect, useRef, useState } from 'preact/hooks'
import type { Game } from '../../../client/connect-four/game.js'
import { newsOf } from './news.js'

/** For screen readers: each move, whose turn it is then, who goes and comes back, and the end. */
export const Announcements = ({ game }: { readonly game: Game }) => {
  const before = useRef(game)
  const [words, setWords] = useState('')
  useEffect(() => {
    const news = newsOf(before.current, game)
    before.current = game
    if (news !== null) setWords(news)
  }, [game])
  return (
    <p class="wa-visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {words}
    </p>
  )
}
