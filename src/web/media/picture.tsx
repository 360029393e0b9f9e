import { useEffect, useRef } from 'preact/hooks'

interface PictureProps {
  readonly track: MediaStreamTrack
  readonly label: string
  readonly class?: string
}

export const Picture = ({ track, label, class: look = '' }: PictureProps) => {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const element = video.current
    if (element === null) return
    element.srcObject = new MediaStream([track])
    // Muted video plays without a click; a page in the background starts it when it is shown.
    element.play().catch(() => {})
    return () => {
      element.srcObject = null
    }
  }, [track])
  return <video ref={video} class={look} aria-label={label} autoplay playsInline muted></video>
}
