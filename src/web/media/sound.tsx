import { useEffect, useRef } from 'preact/hooks'

interface SoundProps {
  readonly tracks: ReadonlyArray<MediaStreamTrack>
  /** turned down by who listens */
  readonly isQuiet?: boolean
  /** the browser wants a click before it plays anything */
  readonly onHeldBack: (play: () => void) => void
}

/** What is heard of one peer; it has no look. */
export const Sound = ({ tracks, isQuiet = false, onHeldBack }: SoundProps) => {
  const audio = useRef<HTMLAudioElement>(null)
  const heldBack = useRef(onHeldBack)
  heldBack.current = onHeldBack
  // Each state of the call has a new list of what are mostly the same tracks.
  const key = tracks.map(({ id }) => id).join(' ')
  const latest = useRef(tracks)
  latest.current = tracks
  useEffect(() => {
    const element = audio.current
    if (element === null) return
    element.srcObject = new MediaStream([...latest.current])
    const play = (): void => {
      element.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') heldBack.current(play)
      })
    }
    play()
    return () => {
      element.srcObject = null
    }
  }, [key])
  // A voice as it is spoken has no captions.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={audio} autoplay muted={isQuiet}></audio>
}
