import { useMemo, useState } from 'preact/hooks'
import type { Question } from '../../../domain/activities/telequiz/index.js'
import { Modal } from '../../shell/modal.js'
import { TextFileField, useTextFile } from '../../shell/text-file.js'
import { readQuestions, type Fault } from './read-questions.js'

interface ImportDialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly onAdd: (questions: ReadonlyArray<Question>) => void
}

export const ImportDialog = ({ open, onClose, onAdd }: ImportDialogProps) => (
  <Modal open={open} label="Paste or open a file" onClose={onClose} width="40rem" testId="import-dialog">
    <ImportForm onAdd={onAdd} onClose={onClose} />
  </Modal>
)

const example = `Which planet is the largest? (15 s)
- Mars
* Jupiter
- Venus

How many legs has a spider?
- 6
* 8`

const maxFileBytes = 1_000_000
const faultsShown = 6

const ImportForm = ({ onAdd, onClose }: Omit<ImportDialogProps, 'open'>) => {
  const [text, setText] = useState('')
  const { questions, faults } = useMemo(() => readQuestions(text), [text])
  const count = questions.length

  const file = useTextFile({
    maxBytes: maxFileBytes,
    tooBig: 'This file is too big for a quiz (over 1 MB).',
    onText: setText,
  })

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (count > 0) onAdd(questions)
      }}
      {...file.drop}
    >
      <details class="format">
        <summary>How to write them</summary>
        <p class="small">
          The question, then its choices: <code>*</code> before the right one, <code>-</code> before the
          others, and an empty line before the next question. Seconds in brackets, if not 20.
        </p>
        <pre>{example}</pre>
        <p class="small">
          JSON goes as well; <code>answer</code> is the place of the right choice, 0 for the first:
        </p>
        <pre>{'[{ "text": "Ready?", "choices": ["Yes", "No"], "answer": 0, "seconds": 15 }]'}</pre>
      </details>
      <wa-textarea
        label="Questions to add"
        rows={9}
        resize="vertical"
        placeholder={example}
        value={text}
        onInput={(event) => setText(event.currentTarget.value ?? '')}
      ></wa-textarea>
      <TextFileField
        label="Open a text or JSON file"
        accept=".txt,.md,.json,text/plain,application/json"
        file={file}
      />
      <div role="status" data-testid="import-faults">
        {faults.length > 0 && <Faults faults={faults} />}
      </div>
      <div class="row wide">
        <wa-button type="submit" variant="brand" disabled={count === 0}>
          {count === 0 ? 'Add questions' : count === 1 ? 'Add 1 question' : `Add ${count} questions`}
        </wa-button>
        <wa-button appearance="outlined" onClick={onClose}>
          Cancel
        </wa-button>
      </div>
    </form>
  )
}

const Faults = ({ faults }: { readonly faults: ReadonlyArray<Fault> }) => (
  <div class="faults small">
    <strong>These cannot be asked yet:</strong>
    <ul>
      {faults.slice(0, faultsShown).map(({ line, words }) => (
        <li key={`${line} ${words}`}>
          <strong>Line {line}:</strong> {words}
        </li>
      ))}
    </ul>
    {faults.length > faultsShown && <p>And {faults.length - faultsShown} more.</p>}
  </div>
)
