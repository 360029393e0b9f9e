/** The number of columns, and the size of each tile in pixels. */
export interface TileLayout {
  readonly columns: number
  readonly width: number
  readonly height: number
}

export interface Area {
  readonly width: number
  readonly height: number
}

interface AspectRange {
  readonly widest: number
  readonly narrowest: number
}

/** On a landscape page tiles are as wide as camera video; on a portrait page they are upright, so that a face fills them. */
const aspectRangeIn = ({ width, height }: Area): AspectRange =>
  width >= height ? { widest: 16 / 9, narrowest: 4 / 3 } : { widest: 4 / 3, narrowest: 9 / 16 }

const fitted = (count: number, columns: number, room: Area, gap: number): TileLayout => {
  const { widest, narrowest } = aspectRangeIn(room)
  const rows = Math.ceil(count / columns)
  const width = Math.max(0, (room.width - gap * (columns - 1)) / columns)
  const height = Math.max(0, (room.height - gap * (rows - 1)) / rows)
  return {
    columns,
    width: Math.floor(Math.min(width, height * widest)),
    height: Math.floor(Math.min(height, width / narrowest)),
  }
}

const areaOf = ({ width, height }: TileLayout): number => width * height

/** The largest tiles that fit, all of one size. */
export const layoutTiles = (count: number, room: Area, gap: number): TileLayout => {
  let best = fitted(count, 1, room, gap)
  for (let columns = 2; columns <= count; columns++) {
    const next = fitted(count, columns, room, gap)
    if (areaOf(next) > areaOf(best)) best = next
  }
  return best
}
