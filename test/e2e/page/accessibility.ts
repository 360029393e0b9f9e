import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** Accessible name of the element with the focus, through all shadow roots. */
export const focusedNameOn = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const named = (element: Element): string => {
      const label = 'label' in element && typeof element.label === 'string' ? element.label : ''
      if (label !== '') return label
      const icon = [...element.querySelectorAll('wa-icon')]
        .map((found) => ('label' in found ? String(found.label) : ''))
        .find((text) => text !== '')
      const own = element instanceof HTMLElement ? element.innerText : ''
      return (icon ?? element.getAttribute('aria-label') ?? own).replaceAll(/\s+/g, ' ').trim()
    }
    const host = document.activeElement
    return host === null || host === document.body ? 'nothing' : named(host)
  })

/** Roles that mean nothing without a name. */
const namedRoles = new Set([
  'button',
  'checkbox',
  'combobox',
  'dialog',
  'image',
  'img',
  'link',
  'searchbox',
  'switch',
  'tab',
  'textbox',
])

/** Nodes without a name in the browser's accessibility tree. */
const unnamedOn = async (page: Page): Promise<ReadonlyArray<string>> => {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const said = nodes.filter(({ ignored }) => !ignored)
  const role = (node: (typeof nodes)[number]): string => String(node.role?.value)
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const isNamed = (node: (typeof nodes)[number] | undefined): boolean =>
    String(node?.name?.value ?? '') !== ''
  // The drawing of an icon is inside a named image.
  const isDrawing = (node: (typeof nodes)[number]): boolean =>
    role(node) === 'image' && isNamed(byId.get(node.parentId ?? ''))
  const unnamed = said.filter((node) => namedRoles.has(role(node)) && !isNamed(node) && !isDrawing(node))
  // An open dialog hides everything behind it.
  const wantedRoles = said.some((node) => role(node) === 'dialog') ? ['heading'] : ['main', 'heading']
  const missing = wantedRoles.filter((wanted) => !said.some((node) => role(node) === wanted))
  return [
    ...unnamed.map((node) => `${role(node)} ${JSON.stringify(node.properties ?? [])}`),
    ...missing.map((wanted) => `no ${wanted}`),
  ]
}

/** Waits, because a component gets its name with its first rendering. */
export const expectAccessibleNames = (page: Page): Promise<void> =>
  expect.poll(() => unnamedOn(page), { message: 'everything has a name' }).toEqual([])

/** Right edge of the widest visible element, in px. */
const widestOn = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const root = document.documentElement
    const buttons = [...document.querySelectorAll('wa-button, wa-input, wa-textarea')]
    const rights = buttons.map((element) => Math.floor(element.getBoundingClientRect().right))
    return Math.max(root.scrollWidth, document.body.scrollWidth, ...rights)
  })

/** Until fonts and icons are there, the appearance of the picker page may be wider. */
export const expectToFit = (page: Page, widthPx: number): Promise<void> =>
  expect.poll(() => widestOn(page), { message: 'as wide as the window' }).toBeLessThanOrEqual(widthPx)
