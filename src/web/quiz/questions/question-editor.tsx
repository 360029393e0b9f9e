import { useEffect, useRef, useState } from 'preact/hooks'
import { saveJson } from '../../shell/save-file.js'
import type { Drafts } from './drafts.js'
import { changed, moved, readyToAsk, withBlank, without, withQuestions } from './drafts.js'
import { ImportDialog } from './import-dialog.js'
import { QuestionCard } from './question-card.js'

interface QuestionEditorProps {
  readonly drafts: Drafts
  readonly onDrafts: (change: (drafts: Drafts) => Drafts) => void
}

export const QuestionEditor = ({ drafts, onDrafts }: QuestionEditorProps) => {
  const [isImporting, setImporting] = useState(false)
  const [openKey, setOpenKey] = useState<number | null>(null)
  const [moves, setMoves] = useState('')
  const list = useRef<HTMLOListElement>(null)
  const addButton = useRef<HTMLElementTagNameMap['wa-button']>(null)
  const ready = readyToAsk(drafts)

  const add = (): void => {
    const next = withBlank(drafts)
    onDrafts(() => next)
    setOpenKey(next.at(-1)?.key ?? null)
  }

  const deleteAll = (): void => {
    onDrafts(() => [])
    setOpenKey(null)
    setMoves('All questions are deleted.')
    addButton.current?.focus()
  }

  // The focus goes into an opened question, and after a deletion to the next one.
  useEffect(() => {
    if (openKey === null) return
    void customElements.whenDefined('wa-textarea').then(async () => {
      const field = list.current?.querySelector('wa-textarea')
      await field?.updateComplete
      field?.focus()
    })
  }, [openKey])

  return (
    <section class="stack" aria-labelledby="questions-heading">
      <div class="row wrap between">
        <h2 id="questions-heading">
          Questions <span class="count">{drafts.length}</span>
        </h2>
        <div class="row wrap">
          <wa-button size="s" appearance="outlined" onClick={() => setImporting(true)}>
            <wa-icon slot="start" name="list"></wa-icon>
            Paste or open a file
          </wa-button>
          {ready.type === 'ready' && (
            <wa-button
              size="s"
              appearance="plain"
              onClick={() => saveJson('quiz.json', { questions: ready.questions })}
            >
              <wa-icon slot="start" name="download"></wa-icon>
              Save as a file
            </wa-button>
          )}
          {drafts.length > 0 && (
            <wa-button size="s" appearance="plain" onClick={deleteAll}>
              <wa-icon slot="start" name="trash"></wa-icon>
              Delete all
            </wa-button>
          )}
        </div>
      </div>
      {drafts.length === 0 && (
        <p class="empty">
          No questions yet. Write them one by one, or paste a list. They stay in this browser; only the server
          gets them, when you start.
        </p>
      )}
      <ol class="questions" ref={list}>
        {drafts.map((draft, place) => (
          <QuestionCard
            key={draft.key}
            draft={draft}
            number={place + 1}
            of={drafts.length}
            isOpen={draft.key === openKey}
            onOpen={(isOpen) => setOpenKey(isOpen ? draft.key : null)}
            onChange={(next) => onDrafts((now) => changed(now, draft.key, next))}
            onMove={(by) => {
              onDrafts((now) => moved(now, draft.key, by))
              setMoves(`Question ${place + 1} is now question ${place + 1 + by}.`)
            }}
            onDelete={() => {
              onDrafts((now) => without(now, draft.key))
              // The next question may get its key.
              if (draft.key === openKey) setOpenKey(null)
              setMoves(`Question ${place + 1} is deleted.`)
              addButton.current?.focus()
            }}
          />
        ))}
      </ol>
      <p class="wa-visually-hidden" role="status">
        {moves}
      </p>
      <wa-button ref={addButton} class="add" appearance="filled" variant="brand" onClick={add}>
        <wa-icon slot="start" name="plus"></wa-icon>
        Add a question
      </wa-button>
      <ImportDialog
        open={isImporting}
        onClose={() => setImporting(false)}
        onAdd={(questions) => {
          onDrafts((now) => withQuestions(now, questions))
          setImporting(false)
        }}
      />
    </section>
  )
}
