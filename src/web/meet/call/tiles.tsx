import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Picture } from '../../media/picture.js'
import { layoutTiles, type Area } from './tile-layout.js'
import { Frame, Tile, type TileProps } from './tile.js'

export interface SharedScreen {
  readonly id: string
  readonly name: string
  readonly track: MediaStreamTrack
  readonly isOwn: boolean
}

interface TilesProps {
  readonly people: ReadonlyArray<Omit<TileProps, 'meter'>>
  readonly screens: ReadonlyArray<SharedScreen>
  readonly meter: TileProps['meter']
}

const gapPx = 10

const useSizeOf = (): readonly [(element: HTMLElement | null) => void, Area] => {
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [room, setRoom] = useState<Area>({ width: 0, height: 0 })
  const latest = useRef(room)
  useLayoutEffect(() => {
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      if (width === latest.current.width && height === latest.current.height) return
      latest.current = { width, height }
      setRoom(latest.current)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return [setElement, room]
}

/** Everybody as large as possible, beside or below the shared screens. */
export const Tiles = ({ people, screens, meter }: TilesProps) => {
  const [measured, room] = useSizeOf()
  const { width, height } = layoutTiles(people.length, room, gapPx)
  return (
    <div class={screens.length === 0 ? 'gathering' : 'gathering shows'}>
      {screens.length > 0 && (
        <ul class="screens" aria-label="Shared screens">
          {screens.map((screen) => (
            <Screen key={screen.id} {...screen} />
          ))}
        </ul>
      )}
      <ul
        class="tiles"
        aria-label="People in the call"
        ref={measured}
        data-testid="tiles"
        style={{ '--tile-width': `${width}px`, '--tile-height': `${height}px`, '--gap': `${gapPx}px` }}
      >
        {people.map((person) => (
          <Tile key={person.id} {...person} meter={meter} />
        ))}
      </ul>
    </div>
  )
}

const Screen = ({ id, name, track, isOwn }: SharedScreen) => (
  <Frame label={`Screen of ${name}`} id={id} kind="screen" state="connected" talks={false}>
    {isOwn ? (
      // The own screen inside itself would repeat without end.
      <p class="wait">You are showing your screen.</p>
    ) : (
      <Picture track={track} label={`Screen of ${name}`} />
    )}
    <p class="plate">
      <wa-icon name="screen"></wa-icon>
      <span class="name">{isOwn ? 'Your screen' : `${name}’s screen`}</span>
    </p>
  </Frame>
)
