import type { Page } from 'playwright-core'
import { expect } from 'vitest'

/**
 * Texts below the contrast of WCAG 2 (4.5 : 1, large texts 3 : 1) against their background. Texts over an image or a
 * gradient are not checked.
 */
const faintOn = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() => {
    type Colour = readonly [red: number, green: number, blue: number, alpha: number]
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
    if (canvas === null) throw new Error('a canvas has a 2d context')

    const read = (css: string): Colour => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = css
      canvas.fillRect(0, 0, 1, 1)
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data
      return [red, green, blue, alpha / 255]
    }
    const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
      r * a + R * (1 - a),
      g * a + G * (1 - a),
      b * a + B * (1 - a),
      1,
    ]
    const linear = (value: number): number =>
      value <= 10.3 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
    const luminance = ([r, g, b]: Colour): number =>
      0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)

    const parentOf = (element: Element): Element | null => {
      if (element.assignedSlot !== null) return element.assignedSlot
      const root = element.getRootNode()
      return element.parentElement ?? (root instanceof ShadowRoot ? root.host : null)
    }

    /** Background of a text, or null where it has several colours. */
    const behind = (element: Element): Colour | null => {
      const layers: Array<Colour> = []
      for (let at: Element | null = element; at !== null; at = parentOf(at)) {
        const { backgroundColor, backgroundImage } = getComputedStyle(at)
        if (backgroundImage !== 'none') return null
        const layer = read(backgroundColor)
        if (layer[3] > 0) layers.push(layer)
        if (layer[3] === 1) break
      }
      return layers.reduceRight<Colour>((below, layer) => over(layer, below), [255, 255, 255, 1])
    }

    /** The rendered parent: slotted content is where its slot is, and a closed tooltip has none. */
    const placeOf = (element: Element): Element => {
      let at = element
      for (let next = parentOf(at); getComputedStyle(at).display === 'contents' && next !== null;) {
        at = next
        next = parentOf(at)
      }
      return at
    }

    const isDimmed = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = parentOf(at))
        if (getComputedStyle(at).opacity !== '1') return true
      return false
    }

    const faint: Array<string> = []
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot !== null) look(element.shadowRoot)
        const text = [...element.childNodes].find(
          (node): node is Text => node instanceof Text && node.data.trim() !== '',
        )
        if (text === undefined) continue
        const place = placeOf(text.assignedSlot ?? element)
        if (!place.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
        const ground = behind(place)
        // Disabled controls may be faint (WCAG 1.4.3).
        if (ground === null || isDimmed(place)) continue
        const { color, fontSize, fontWeight } = getComputedStyle(place)
        const [light, dark] = [luminance(over(read(color), ground)), luminance(ground)].toSorted(
          (a, b) => b - a,
        )
        const ratio = ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
        const sizePx = Number.parseFloat(fontSize)
        const isLarge = sizePx >= 24 || (sizePx >= 18.66 && Number(fontWeight) >= 700)
        if (ratio < (isLarge ? 3 : 4.5))
          faint.push(`${ratio.toFixed(2)} : 1 for “${text.data.trim().slice(0, 40)}”`)
      }
    }
    look(document)
    return faint
  })

/** Waits for transitions, whose intermediate colours do not count. */
export const expectReadable = (page: Page): Promise<void> =>
  expect.poll(() => faintOn(page), { message: 'nothing is faint' }).toEqual([])
