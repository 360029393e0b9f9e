/** For a projector. A phone without full screen shows no button. */
export const FullScreenButton = () => {
  if (!document.fullscreenEnabled) return null
  const toggle = async (): Promise<void> => {
    // A browser may refuse; then nothing changes.
    try {
      if (document.fullscreenElement === null) await document.documentElement.requestFullscreen()
      else await document.exitFullscreen()
    } catch {}
  }
  return (
    <wa-button size="s" appearance="plain" onClick={() => void toggle()}>
      <wa-icon name="full-screen" label="Full screen"></wa-icon>
    </wa-button>
  )
}
