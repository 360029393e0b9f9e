import Papa from 'papaparse'

/** A pasted or loaded list or table, before the column of the names is chosen. */
export interface NameTable {
  readonly lines: ReadonlyArray<string>
  readonly columns: ReadonlyArray<{ readonly title: string; readonly values: ReadonlyArray<string> }>
  readonly hasHeader: boolean
  /** the column that most likely has the names; `whole-line` for a plain list */
  readonly suggested: number | 'whole-line'
}

const nameTitles = [
  'full name',
  'fullname',
  'display name',
  'name',
  'names',
  'participant',
  'participants',
  'member',
  'members',
  'player',
  'student',
  'attendee',
  'teilnehmer',
  'teilnehmerin',
  'vorname',
  'nachname',
  'nom',
  'prénom',
  'nombre',
  'nome',
  'first name',
  'firstname',
  'last name',
  'lastname',
]

const titleOf = (cell: string): string => cell.trim().toLowerCase().replaceAll('_', ' ')

/** A heading has a title for the names, and no cell that only a row has: a number, a mail address, nothing. */
const isHeader = (row: ReadonlyArray<string>): boolean =>
  row.some((cell) => nameTitles.includes(titleOf(cell))) && row.every((cell) => /^[^@\d]*\p{L}/u.test(cell))

const looksLikeNames = (values: ReadonlyArray<string>): boolean => {
  const sample = values.slice(0, 50).filter((value) => value.trim() !== '')
  const likely = sample.filter((value) => /\p{L}/u.test(value) && !value.includes('@'))
  return sample.length > 0 && likely.length > sample.length / 2
}

const suggestedColumn = (columns: NameTable['columns'], hasHeader: boolean): number | 'whole-line' => {
  if (hasHeader) {
    for (const title of nameTitles) {
      const found = columns.findIndex((column) => titleOf(column.title) === title)
      if (found !== -1) return found
    }
  }
  const found = columns.findIndex((column) => looksLikeNames(column.values))
  return found === -1 ? 'whole-line' : found
}

export const readNames = (pasted: string): NameTable => {
  const text = pasted.replace(/^\uFEFF/, '')
  const lines = text.split(/\r\n|\r|\n/)
  const written = lines.filter((line) => line.trim() !== '')
  const { data } = Papa.parse<string[]>(text.trim(), { delimitersToGuess: [',', ';', '\t', '|'] })
  const rows = data.filter((row) => row.length > 0)
  const [first] = rows
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0)
  if (first === undefined) return { lines, columns: [], hasHeader: false, suggested: 'whole-line' }

  // "Ann, Bob, Cléo" is a list on one line.
  if (rows.length === 1 && width > 1)
    return { lines: first, columns: [], hasHeader: false, suggested: 'whole-line' }

  const hasHeader = rows.length > 1 && isHeader(first)
  if (width === 1) {
    const values = rows.map(([cell]) => cell ?? '')
    const list = written.some((line) => line.includes('"')) ? values : lines
    return { lines: hasHeader ? list.slice(1) : list, columns: [], hasHeader, suggested: 'whole-line' }
  }
  const body = hasHeader ? rows.slice(1) : rows
  const columns = Array.from({ length: width }, (_, i) => ({
    title: hasHeader ? (first[i] ?? '').trim() : '',
    values: body.map((row) => row[i] ?? ''),
  }))
  return {
    lines: hasHeader ? written.slice(1) : lines,
    columns,
    hasHeader,
    suggested: suggestedColumn(columns, hasHeader),
  }
}

export const namesOf = (table: NameTable, column: number | 'whole-line'): ReadonlyArray<string> =>
  column === 'whole-line' ? table.lines : (table.columns[column]?.values ?? [])
