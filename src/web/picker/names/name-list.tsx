import { useEffect, useRef, useState } from 'preact/hooks'
import { TextField } from '../../shell/text-field.js'
import { maxMemberNameLength } from '../../../client/fairness/proof.js'
import { nameFault, type Entry } from './roster.js'

const rowHeightPx = 46
const rowsBeyondView = 8

interface NameListProps {
  readonly entries: ReadonlyArray<Entry>
  readonly disabled: boolean
  readonly onRename: (key: number, name: string) => void
  readonly onRemove: (key: number) => void
}

/** Renders only the rows in view, so that ten thousand names scroll like ten. */
export const NameList = ({ entries, disabled, onRename, onRemove }: NameListProps) => {
  const list = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [heightPx, setHeightPx] = useState(600)
  const [editing, setEditing] = useState<number | null>(null)

  useEffect(() => {
    const box = list.current
    if (box === null) return
    const observer = new ResizeObserver(() => setHeightPx(box.clientHeight))
    observer.observe(box)
    return () => observer.disconnect()
  }, [])

  const first = Math.max(0, Math.floor(top / rowHeightPx) - rowsBeyondView)
  const last = Math.min(entries.length, Math.ceil((top + heightPx) / rowHeightPx) + rowsBeyondView)

  return (
    <div
      ref={list}
      class="name-list"
      tabIndex={-1}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      data-testid="name-list"
    >
      <div role="list" aria-label="Names in the draw" style={{ height: `${entries.length * rowHeightPx}px` }}>
        {entries.slice(first, last).map((entry, i) => (
          <NameRow
            key={entry.key}
            entry={entry}
            place={first + i + 1}
            of={entries.length}
            disabled={disabled}
            isEditing={editing === entry.key}
            onEdit={() => setEditing(entry.key)}
            onDone={(name) => {
              setEditing(null)
              if (name !== null) onRename(entry.key, name)
            }}
            onRemove={() => {
              onRemove(entry.key)
              // The focused button was removed with its row.
              list.current?.focus()
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface NameRowProps {
  readonly entry: Entry
  readonly place: number
  readonly of: number
  readonly disabled: boolean
  readonly isEditing: boolean
  readonly onEdit: () => void
  readonly onDone: (name: string | null) => void
  readonly onRemove: () => void
}

const NameRow = ({ entry, place, of, disabled, isEditing, onEdit, onDone, onRemove }: NameRowProps) => (
  <div
    role="listitem"
    aria-posinset={place}
    aria-setsize={of}
    class="name-row"
    style={{ transform: `translateY(${(place - 1) * rowHeightPx}px)` }}
  >
    {isEditing ? (
      <EditName name={entry.name} onDone={onDone} />
    ) : (
      <>
        <span class="place" aria-hidden="true">
          {place}
        </span>
        <span class="name">{entry.name}</span>
        <wa-button
          appearance="plain"
          size="s"
          disabled={disabled}
          onClick={onEdit}
          title={`Edit ${entry.name}`}
        >
          <wa-icon name="pencil" label={`Edit ${entry.name}`}></wa-icon>
        </wa-button>
        <wa-button
          appearance="plain"
          size="s"
          disabled={disabled}
          onClick={onRemove}
          title={`Remove ${entry.name}`}
        >
          <wa-icon name="trash" label={`Remove ${entry.name}`}></wa-icon>
        </wa-button>
      </>
    )}
  </div>
)

const EditName = ({
  name,
  onDone,
}: {
  readonly name: string
  readonly onDone: (name: string | null) => void
}) => {
  const [value, setValue] = useState(name)
  const isFit = nameFault(value.trim()) === null
  return (
    <form
      class="row edit"
      onSubmit={(event) => {
        event.preventDefault()
        if (isFit) onDone(value.trim())
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone(null)
      }}
    >
      <TextField
        class="wa-visually-hidden-label grow"
        size="s"
        label={`New name for ${name}`}
        value={value}
        onValue={setValue}
        maxlength={maxMemberNameLength}
        autofocus
        ref={(field) => {
          // `autofocus` works for the first field of a page only.
          if (field !== null) requestAnimationFrame(() => field.focus())
        }}
      />
      <wa-button type="submit" size="s" variant="brand" disabled={!isFit}>
        Save
      </wa-button>
      <wa-button size="s" appearance="plain" onClick={() => onDone(null)}>
        Cancel
      </wa-button>
    </form>
  )
}
