import { useEffect, useRef, useState } from 'preact/hooks'
import type { QuizRoom, Round } from '../../../client/quiz/quiz-room.js'
import { after } from '../../../client/client-ports.js'

/** The pause of the server between two questions, and a little more. */
const shownMs = 4_000

/**
 * A quiz ends at the moment when its last question closes. This is the result of that question for a few seconds, before
 * the page shows the table.
 */
export const useLastResult = ({ quiz: { phase }, rounds }: QuizRoom): Round | null => {
  const wasRunning = useRef(false)
  const [hasShown, setShown] = useState(false)
  const isFinished = phase.type === 'finished'
  // During the render and not in an effect: otherwise the table would be shown, and read out, for a moment.
  if (phase.type === 'asking' || phase.type === 'closed') wasRunning.current = true
  useEffect(() => {
    setShown(false)
    if (!isFinished || !wasRunning.current) return
    return after(shownMs, () => {
      wasRunning.current = false
      setShown(true)
    })
  }, [isFinished])
  return isFinished && wasRunning.current && !hasShown ? (rounds.at(-1) ?? null) : null
}
