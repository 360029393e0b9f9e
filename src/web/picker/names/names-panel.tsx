import { useMemo, useRef, useState } from 'preact/hooks'
import { maxDrawMembers, maxMemberNameLength } from '../../../client/fairness/proof.js'
import { TextField } from '../../shell/text-field.js'
import { ImportDialog } from './import-dialog.js'
import { NameList } from './name-list.js'
import { emptyRoster, isTooBigToSend, renamed, sift, withNames, without, type Roster } from './roster.js'

interface NamesPanelProps {
  readonly roster: Roster
  readonly onRoster: (change: (roster: Roster) => Roster) => void
  readonly isDrawing: boolean
}

const searchFrom = 12

export const NamesPanel = ({ roster, onRoster, isDrawing }: NamesPanelProps) => {
  const [isImporting, setImporting] = useState(false)
  const [search, setSearch] = useState('')
  const count = roster.entries.length
  const sought = search.trim().toLowerCase()
  const shown = useMemo(
    () =>
      sought === ''
        ? roster.entries
        : roster.entries.filter(({ name }) => name.toLowerCase().includes(sought)),
    [roster, sought],
  )
  const isTooBig = useMemo(() => isTooBigToSend(roster), [roster])

  return (
    <div class="stack">
      <AddName roster={roster} onAdd={(name) => onRoster((now) => withNames(now, [name]))} />
      <div class="row wrap">
        <wa-button size="s" appearance="outlined" onClick={() => setImporting(true)}>
          <wa-icon slot="start" name="list"></wa-icon>
          Paste a list or CSV
        </wa-button>
        {count > 0 && (
          <wa-button size="s" appearance="plain" onClick={() => onRoster(() => emptyRoster)}>
            <wa-icon slot="start" name="trash"></wa-icon>
            Clear all
          </wa-button>
        )}
      </div>
      {isTooBig && (
        <wa-callout variant="warning" size="s">
          <wa-icon slot="icon" name="warning"></wa-icon>
          The list is too big to send in one draw (512 KiB). Shorten long names, or draw in two rounds.
        </wa-callout>
      )}
      {count >= searchFrom && (
        <TextField
          class="wa-visually-hidden-label"
          size="s"
          type="search"
          label="Find a name"
          placeholder="Find a name"
          withClear
          value={search}
          onValue={setSearch}
        >
          <wa-icon slot="start" name="magnifying-glass"></wa-icon>
        </TextField>
      )}
      {count === 0 ? (
        <p class="empty">No names yet. Add them one by one, or paste a list.</p>
      ) : shown.length === 0 ? (
        <p class="empty">No name contains “{search.trim()}”.</p>
      ) : (
        <NameList
          entries={shown}
          disabled={false}
          onRename={(key, name) => onRoster((now) => renamed(now, key, name))}
          onRemove={(key) => onRoster((now) => without(now, key))}
        />
      )}
      {isDrawing && count > 0 && (
        <p class="quiet small">Changes count for the next draw; this one is locked.</p>
      )}
      <ImportDialog
        open={isImporting}
        roster={roster}
        onClose={() => setImporting(false)}
        onAdd={(names) => {
          onRoster((now) => withNames(now, names))
          setImporting(false)
        }}
      />
    </div>
  )
}

interface AddNameProps {
  readonly roster: Roster
  readonly onAdd: (name: string) => void
}

const faultOf = (roster: Roster, name: string): string | null => {
  const { duplicates, empty, tooLong, broken, overLimit } = sift(roster, [name], false)
  if (empty > 0) return 'Type a name first.'
  if (tooLong.length > 0) return `A name has at most ${maxMemberNameLength} characters.`
  if (broken > 0) return 'This name contains a broken character. Type it again.'
  if (overLimit > 0) return `A draw has at most ${maxDrawMembers.toLocaleString('en')} names.`
  return duplicates.length > 0
    ? `“${name.trim()}” is already in the list. Add something to tell them apart.`
    : null
}

const AddName = ({ roster, onAdd }: AddNameProps) => {
  const [fault, setFault] = useState<string | null>(null)
  // The field holds its own text, since a fast typist is a name ahead of the next render.
  const field = useRef<HTMLElementTagNameMap['wa-input']>(null)
  const add = (): void => {
    const input = field.current
    const name = input?.value ?? ''
    const found = faultOf(roster, name)
    setFault(found)
    if (found !== null || input === null) return
    onAdd(name.trim())
    input.value = ''
    input.focus()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <div class="row end">
        <wa-input
          ref={field}
          class="grow"
          label="Add a name"
          autocomplete="off"
          onInput={() => setFault(null)}
          onKeyDown={(event) => {
            // The field itself submits later, when the next name may already be in it.
            if (event.key !== 'Enter' || event.isComposing) return
            event.preventDefault()
            add()
          }}
        ></wa-input>
        <wa-button type="submit" variant="brand" appearance="filled">
          <wa-icon slot="start" name="plus"></wa-icon>
          Add
        </wa-button>
      </div>
      <p class="fault" role="alert">
        {fault}
      </p>
    </form>
  )
}
