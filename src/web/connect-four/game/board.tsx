import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { TargetedKeyboardEvent } from 'preact'
import { columns, landingRow, rows } from '../../../client/connect-four/board.js'
import type { Cell, Cells, Line, Player } from '../../../client/connect-four/connect-four-wire.js'
import type { LastMove } from '../../../client/connect-four/game.js'
import { Disc } from './disc.js'
import { Square } from './square.js'

export interface BoardProps {
  readonly board: Cells
  /** the player who can drop a disc here now; `null`: none */
  readonly plays: Player | null
  /** the column in which a disc is on its way */
  readonly pendingColumn: number | null
  readonly pendingPlayer: Player | null
  readonly last: LastMove | null
  readonly line: Line | null
  /** counts up when the board has to take the focus */
  readonly focusAsked: number
  readonly onDrop: (column: number) => void
}

const middle = Math.floor(columns / 2)

/** An ARIA grid. A focused cell selects its column, and a key drops a disc there. */
export const Board = (props: BoardProps) => {
  const { board, plays, pendingColumn, pendingPlayer, last, line, focusAsked, onDrop } = props
  const [at, setAt] = useState<Cell>([rows - 1, middle])
  const [hovered, setHovered] = useState<number | null>(null)
  const [hasFocus, setHasFocus] = useState(false)
  const grid = useRef<HTMLDivElement>(null)
  // Discs of the first render do not fall.
  const isRendered = useRef(false)

  const focusOn = ([row, column]: Cell): void => {
    setAt([row, column])
    grid.current?.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)?.focus()
  }

  useLayoutEffect(() => {
    if (focusAsked > 0) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()
  }, [focusAsked])
  useEffect(() => {
    isRendered.current = true
  }, [])

  const pressed = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const [row, column] = at
    const number = /^[1-7]$/.test(event.key) ? Number(event.key) - 1 : null
    const there = number === null ? moved(event.key, row, column) : ([row, number] as const)
    if (there !== null) focusOn(there)
    else if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    // A key that is held down must not fill the column.
    if (event.repeat) return
    if (number !== null) onDrop(number)
    else if (there === null) onDrop(column)
  }

  const isOnLine = (row: number, column: number): boolean =>
    line?.some(([y, x]) => y === row && x === column) === true
  const highlighted = hovered ?? (hasFocus ? at[1] : null)
  const landing = plays === null || highlighted === null ? null : landingRow(board, highlighted)
  const over = pendingColumn ?? (landing === null ? null : highlighted)
  const above = pendingColumn === null ? plays : pendingPlayer

  return (
    <div class={`table${plays === null ? '' : ' open'}`}>
      <div class="above" aria-hidden="true">
        {board[0]?.map((_, column) => (
          <span key={column}>{column === over && above !== null && <Disc key={above} player={above} />}</span>
        ))}
      </div>
      <div
        class="board"
        role="grid"
        aria-label="Board"
        aria-describedby="board-keys"
        aria-rowcount={rows}
        aria-colcount={columns}
        tabIndex={-1}
        ref={grid}
        onKeyDown={pressed}
        onClick={({ target }) => {
          const cell = cellAt(target)
          if (cell === null) return
          focusOn(cell)
          onDrop(cell[1])
        }}
        onPointerMove={({ target, pointerType }) => {
          if (pointerType === 'mouse') setHovered(cellAt(target)?.[1] ?? null)
        }}
        onPointerLeave={() => setHovered(null)}
        onFocusIn={({ target }) => {
          setHasFocus(true)
          setAt((before) => cellAt(target) ?? before)
        }}
        onFocusOut={() => setHasFocus(false)}
      >
        {board.map((cells, row) => (
          <div role="row" key={row}>
            {cells.map((disc, column) => (
              <Square
                key={column}
                row={row}
                column={column}
                disc={disc}
                falls={isRendered.current}
                isLanding={landing === row && column === highlighted && pendingColumn === null}
                isPlayable={plays !== null && landingRow(board, column) === row}
                isChosen={plays !== null && column === highlighted}
                isFull={landingRow(board, column) === null}
                isLast={last?.row === row && last.column === column}
                isWinning={isOnLine(row, column)}
                isFaded={line !== null && !isOnLine(row, column)}
                hasFocus={at[0] === row && at[1] === column}
              />
            ))}
          </div>
        ))}
      </div>
      <p id="board-keys" class="wa-visually-hidden">
        Arrow keys choose a column, Enter drops a disc there, and so do the keys 1 to 7.
      </p>
    </div>
  )
}

/** The cell of the grid in which an event has happened. */
const cellAt = (target: EventTarget | null): Cell | null => {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role=gridcell]') : null
  return cell === null ? null : [Number(cell.dataset['row']), Number(cell.dataset['column'])]
}

const moved = (key: string, row: number, column: number): Cell | null => {
  switch (key) {
    case 'ArrowLeft':
      return [row, Math.max(0, column - 1)]
    case 'ArrowRight':
      return [row, Math.min(columns - 1, column + 1)]
    case 'ArrowUp':
      return [Math.max(0, row - 1), column]
    case 'ArrowDown':
      return [Math.min(rows - 1, row + 1), column]
    case 'Home':
      return [row, 0]
    case 'End':
      return [row, columns - 1]
    default:
      return null
  }
}
