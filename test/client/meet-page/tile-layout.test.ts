import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layoutTiles } from '../../../src/web/meet/call/tile-layout.js'

const gap = 10
const count = fc.integer({ min: 1, max: 11 })
const room = fc.record({
  width: fc.integer({ min: 0, max: 4_000 }),
  height: fc.integer({ min: 0, max: 4_000 }),
})

test('lays out any number of tiles within any page', () => {
  fc.assert(
    fc.property(count, room, (tiles, page) => {
      const { columns, width, height } = layoutTiles(tiles, page, gap)
      const rows = Math.ceil(tiles / columns)
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(0)
      if (width === 0 || height === 0) return
      expect(columns * width + (columns - 1) * gap).toBeLessThanOrEqual(page.width)
      expect(rows * height + (rows - 1) * gap).toBeLessThanOrEqual(page.height)
    }),
  )
})

test('keeps tiles at most 4:3 wide on a portrait page, and at least 4:3 wide on a landscape page', () => {
  fc.assert(
    fc.property(count, room, (tiles, page) => {
      const { width, height } = layoutTiles(tiles, page, gap)
      if (width < 40 || height < 40) return
      const ratio = width / height
      if (page.width >= page.height) expect(ratio).toBeGreaterThan(1.25)
      else expect(ratio).toBeLessThan(1.4)
    }),
  )
})

test.each([
  [1, { width: 1_248, height: 660 }, 1],
  [2, { width: 1_248, height: 660 }, 2],
  [4, { width: 1_248, height: 660 }, 2],
  [10, { width: 1_248, height: 660 }, 4],
  [2, { width: 374, height: 690 }, 1],
  [4, { width: 374, height: 690 }, 2],
  [10, { width: 374, height: 690 }, 2],
])('%i people on %j sit in %i columns', (tiles, page, columns) => {
  expect(layoutTiles(tiles, page, gap).columns).toBe(columns)
})
