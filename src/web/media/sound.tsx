import { useEffect, useRef } from 'preact/hooks'

interface SoundProps {
  readonly tracks: ReadonlyArray<MediaStreamTrack>
  /** muted by the listener */
  readonly isQuiet?: boolean
  /** the browser plays nothing before the first click */
  readonly onBlocked: (play: () => void) => void
}

/** Plays the audio of one peer; it shows nothing. */
export const Sound = ({ tracks, isQuiet = false, onBlocked }: SoundProps) => {
  const audio = useRef<HTMLAudioElement>(null)
  const blocked = useRef(onBlocked)
  blocked.current = onBlocked
  // Each state of the call has a new list, mostly of the same tracks.
  const key = tracks.map(({ id }) => id).join(' ')
  const latest = useRef(tracks)
  latest.current = tracks
  useEffect(() => {
    const element = audio.current
    if (element === null) return
    element.srcObject = new MediaStream([...latest.current])
    const play = (): void => {
      element.play().catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.current(play)
      })
    }
    play()
    return () => {
      element.srcObject = null
    }
  }, [key])
  // Live speech has no captions.
  // oxlint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={audio} autoplay muted={isQuiet}></audio>
}
