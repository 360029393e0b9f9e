import { expect } from 'vitest'
import { focusedOn } from './access.js'
import type { Person } from './person.js'

const manyTabs = 60

export const focusIsOn = async ({ page }: Pick<Person, 'page'>, name: string): Promise<void> => {
  await expect.poll(() => focusedOn(page)).toBe(name)
}

/** Presses the key until what has the focus is called so, as somebody does who looks for it. */
export const focusComesTo = async (
  { page }: Pick<Person, 'page'>,
  name: string,
  key = 'Tab',
): Promise<void> => {
  const passed: Array<string> = []
  for (let presses = 0; presses < manyTabs; presses++) {
    const focused = await focusedOn(page)
    if (focused === name) return
    passed.push(focused)
    await page.keyboard.press(key)
  }
  throw new Error(`${key} never came to “${name}”, only to: ${passed.join(' · ')}`)
}
