import { useEffect, useRef, useState } from 'preact/hooks'
import type { QuizRoom, Round } from '../../../client/quiz/quiz-room.js'
import { after } from '../../../client/client-ports.js'

/** As long as the server leaves between two questions, and a little for whoever looks at a table already. */
const lookMs = 4_000

/**
 * A quiz is over in the moment in which its last question closes. Whoever was there then wants to see how that one went,
 * before the table: this is its result for so long, and then nothing.
 */
export const useLastResult = ({ quiz: { phase }, rounds }: QuizRoom): Round | null => {
  const wasThere = useRef(false)
  const [hasLooked, setLooked] = useState(false)
  const isFinished = phase.type === 'finished'
  // While it is drawn, and not after: the table must not be shown, or read out, for a moment before.
  if (phase.type === 'asking' || phase.type === 'closed') wasThere.current = true
  useEffect(() => {
    setLooked(false)
    if (!isFinished || !wasThere.current) return
    return after(lookMs, () => {
      wasThere.current = false
      setLooked(true)
    })
  }, [isFinished])
  return isFinished && wasThere.current && !hasLooked ? (rounds.at(-1) ?? null) : null
}
