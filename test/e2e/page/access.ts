import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/** What a screen reader says of the element that has the focus, through all shadow roots. */
export const focusedOn = (page: Page): Promise<string> =>
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

/** Roles that tell nobody anything without a name. */
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

/** What a screen reader would find and could not say, from the browser's own accessibility tree. */
const unnamedOn = async (page: Page): Promise<ReadonlyArray<string>> => {
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  await session.detach()
  const said = nodes.filter(({ ignored }) => !ignored)
  const role = (node: (typeof nodes)[number]): string => String(node.role?.value)
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const isNamed = (node: (typeof nodes)[number] | undefined): boolean =>
    String(node?.name?.value ?? '') !== ''
  // An icon's drawing is inside the image that has its name.
  const isDrawing = (node: (typeof nodes)[number]): boolean =>
    role(node) === 'image' && isNamed(byId.get(node.parentId ?? ''))
  const unnamed = said.filter((node) => namedRoles.has(role(node)) && !isNamed(node) && !isDrawing(node))
  // All that is behind an open dialog is hidden from everybody.
  const wantedRoles = said.some((node) => role(node) === 'dialog') ? ['heading'] : ['main', 'heading']
  const missing = wantedRoles.filter((wanted) => !said.some((node) => role(node) === wanted))
  return [
    ...unnamed.map((node) => `${role(node)} ${JSON.stringify(node.properties ?? [])}`),
    ...missing.map((wanted) => `no ${wanted}`),
  ]
}

/** A component gets its name with its first rendering, a moment after the page has it. */
export const hasNamesForAll = (page: Page): Promise<void> =>
  expect.poll(() => unnamedOn(page), { message: 'everything has a name' }).toEqual([])

/** How far to the right anything reaches that can be seen. */
const widestOn = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const root = document.documentElement
    const buttons = [...document.querySelectorAll('wa-button, wa-input, wa-textarea')]
    const rights = buttons.map((element) => Math.floor(element.getBoundingClientRect().right))
    return Math.max(root.scrollWidth, document.body.scrollWidth, ...rights)
  })

/** Until fonts and icons are there, what is on the page may be wider. */
export const fitsInto = (page: Page, widthPx: number): Promise<void> =>
  expect.poll(() => widestOn(page), { message: 'as wide as the window' }).toBeLessThanOrEqual(widthPx)
