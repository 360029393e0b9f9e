import { useEffect } from 'preact/hooks'

/** Keeps the screen on, where the browser allows it: a phone that locks between two questions loses its connection. */
export const useWakeLock = (): void => {
  useEffect(() => {
    const { wakeLock }: Partial<Navigator> = navigator
    if (wakeLock === undefined) return
    let lock: WakeLockSentinel | null = null
    let isMounted = true
    const acquire = async (): Promise<void> => {
      if (document.visibilityState !== 'visible') return
      try {
        const sentinel = await wakeLock.request('screen')
        if (isMounted) lock = sentinel
        else await sentinel.release()
      } catch {}
    }
    const reacquire = (): void => void acquire()
    document.addEventListener('visibilitychange', reacquire)
    reacquire()
    return () => {
      isMounted = false
      document.removeEventListener('visibilitychange', reacquire)
      void lock?.release()
    }
  }, [])
}
