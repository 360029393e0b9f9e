/** From `localStorage`. Private windows and full disks forbid it; then nothing is stored. */
export const storedValue = (key: string): string | null => {
  try {
    return localStorage.getItem(`roomreel.${key}`)
  } catch {
    return null
  }
}

export const storeValue = (key: string, value: string | null): void => {
  try {
    if (value === null) localStorage.removeItem(`roomreel.${key}`)
    else localStorage.setItem(`roomreel.${key}`, value)
  } catch {}
}
