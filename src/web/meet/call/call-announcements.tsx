import { useEffect, useRef, useState } from 'preact/hooks'
import type { CallState } from '../../../client/mesh/mesh-call.js'
import { newsOf } from './people.js'

/** For screen readers: who comes, who goes, who shows a screen. Not who talks, which one hears. */
export const CallAnnouncements = ({ state }: { readonly state: CallState<MediaStreamTrack> }) => {
  const before = useRef(state.peers)
  const wasJoined = useRef(false)
  const [words, setWords] = useState('')
  const isJoined = state.peerId !== null
  useEffect(() => {
    const news = wasJoined.current ? newsOf(before.current, state.peers) : null
    const count = state.peers.length
    if (isJoined && !wasJoined.current)
      setWords(count === 0 ? 'You are the first in the call.' : `You are in the call with ${count} others.`)
    else if (news !== null) setWords(news)
    before.current = state.peers
    wasJoined.current = isJoined
  }, [state.peers, isJoined])
  return (
    <p class="wa-visually-hidden" role="status" aria-live="polite" data-testid="announcement">
      {words}
    </p>
  )
}
