import { useEffect } from 'preact/hooks'

/** Phones go dark between two questions, and then they are gone. Where a browser allows none of this, they do. */
export const useWakeLock = (): void => {
  useEffect(() => {
    const { wakeLock }: Partial<Navigator> = navigator
    if (wakeLock === undefined) return
    let held: WakeLockSentinel | null = null
    let isWanted = true
    const hold = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return
      try {
        const sentinel = await wakeLock.request('screen')
        if (isWanted) held = sentinel
        else await sentinel.release()
      } catch {}
    }
    const shown = (): void => void hold()
    document.addEventListener('visibilitychange', shown)
    shown()
    return () => {
      isWanted = false
      document.removeEventListener('visibilitychange', shown)
      void held?.release()
    }
  }, [])
}
