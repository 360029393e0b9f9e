import { expect } from 'vitest'
import { focusedNameOn } from './accessibility.js'
import type { BrowserUser } from './browser-user.js'

const maxPresses = 60

export const expectFocus = async ({ page }: Pick<BrowserUser, 'page'>, name: string): Promise<void> => {
  await expect.poll(() => focusedNameOn(page)).toBe(name)
}

/** Presses the key until the element with this name has the focus. */
export const moveFocusTo = async (
  { page }: Pick<BrowserUser, 'page'>,
  name: string,
  key = 'Tab',
): Promise<void> => {
  const passed: Array<string> = []
  for (let presses = 0; presses < maxPresses; presses++) {
    const focused = await focusedNameOn(page)
    if (focused === name) return
    passed.push(focused)
    await page.keyboard.press(key)
  }
  throw new Error(`${key} never came to “${name}”, only to: ${passed.join(' · ')}`)
}
