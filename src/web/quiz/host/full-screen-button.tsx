/** For a projector. Phones that know no full screen show no button. */
export const FullScreenButton = () => {
  if (!document.fullscreenEnabled) return null
  const toggle = async (): Promise<void> => {
    // A browser may say no, and then all is as before.
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
