import { useMemo, useState } from 'preact/hooks'
import { maxDrawMembers, maxMemberNameLength } from '../../../client/fairness/proof.js'
import { Modal } from '../../shell/modal.js'
import { TextFileField, useTextFile } from '../../shell/text-file.js'
import { namesOf, readNames, type NameTable } from './read-names.js'
import { sift, type Roster, type Sifted } from './roster.js'

interface ImportDialogProps {
  readonly open: boolean
  readonly roster: Roster
  readonly onClose: () => void
  readonly onAdd: (names: ReadonlyArray<string>) => void
}

export const ImportDialog = ({ open, roster, onClose, onAdd }: ImportDialogProps) => (
  <Modal open={open} label="Paste a list or CSV" onClose={onClose} width="36rem" testId="import-dialog">
    <ImportForm roster={roster} onAdd={onAdd} onClose={onClose} />
  </Modal>
)

const limit = maxDrawMembers.toLocaleString('en')

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`

const leftOut = ({ duplicates, empty, tooLong, broken, overLimit }: Sifted): ReadonlyArray<string> =>
  [
    [duplicates.length, 'duplicate', 'duplicates'] as const,
    [empty, 'empty line', 'empty lines'] as const,
    [
      tooLong.length,
      `name over ${maxMemberNameLength} characters`,
      `names over ${maxMemberNameLength} characters`,
    ] as const,
    [broken, 'name with broken characters', 'names with broken characters'] as const,
    [overLimit, `name beyond ${limit}`, `names beyond ${limit}`] as const,
  ].flatMap(([count, one, many]) => (count === 0 ? [] : [counted(count, one, many)]))

const titleOf = (table: NameTable, i: number): string => {
  const column = table.columns[i]
  const sample = column?.values.find((value) => value.trim() !== '') ?? ''
  return column?.title ? column.title : `Column ${i + 1} (${sample.slice(0, 24)})`
}

const ImportForm = ({ roster, onAdd, onClose }: Omit<ImportDialogProps, 'open'>) => {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [keepDuplicates, setKeepDuplicates] = useState(false)
  const table = useMemo(() => readNames(text), [text])
  const column =
    chosen === null ? table.suggested : chosen === 'whole-line' ? 'whole-line' : Number.parseInt(chosen, 10)
  const sifted = useMemo(
    () => sift(roster, namesOf(table, column), keepDuplicates),
    [roster, table, column, keepDuplicates],
  )
  const omitted = leftOut(sifted)
  const isWritten = text.trim() !== ''

  const file = useTextFile({
    maxBytes: 8_000_000,
    tooBig: 'This file is too big for a list of names (over 8 MB).',
    onText: (loaded) => {
      setChosen(null)
      setText(loaded)
    },
  })

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (sifted.fresh.length > 0) onAdd(sifted.fresh)
      }}
      {...file.drop}
    >
      <wa-textarea
        label="Names to add"
        hint={`One name per line, or a table. Up to ${limit} names.`}
        rows={8}
        resize="vertical"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value ?? '')
          setChosen(null)
        }}
      ></wa-textarea>
      <TextFileField
        label="Load a CSV or text file"
        accept=".csv,.tsv,.txt,text/csv,text/plain"
        file={file}
      />
      {table.columns.length > 0 && (
        <wa-select
          label="Which column has the names?"
          value={String(column)}
          onChange={(event) => setChosen(String(event.currentTarget.value))}
        >
          {table.columns.map((_, i) => (
            <wa-option key={i} value={String(i)}>
              {titleOf(table, i)}
            </wa-option>
          ))}
          <wa-option value="whole-line">The whole line</wa-option>
        </wa-select>
      )}
      <wa-checkbox
        checked={keepDuplicates}
        onChange={(event) => setKeepDuplicates(event.currentTarget.checked)}
      >
        Keep duplicates (two people of the same name)
      </wa-checkbox>
      <div class="import-summary" role="status">
        {isWritten && (
          <>
            {sifted.fresh.length > 0 && (
              <p class="sample">
                {sifted.fresh.slice(0, 4).join(' · ')}
                {sifted.fresh.length > 4 && ' …'}
              </p>
            )}
            <p class="quiet small">
              {table.hasHeader && 'The first line is a heading and is left out. '}
              {omitted.length > 0 && `Left out: ${omitted.join(', ')}.`}
            </p>
          </>
        )}
      </div>
      <div class="row wide">
        <wa-button type="submit" variant="brand" disabled={sifted.fresh.length === 0}>
          {sifted.fresh.length === 0 ? 'Add names' : `Add ${counted(sifted.fresh.length, 'name', 'names')}`}
        </wa-button>
        <wa-button appearance="outlined" onClick={onClose}>
          Cancel
        </wa-button>
      </div>
    </form>
  )
}
