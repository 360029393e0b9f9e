import { useState } from 'preact/hooks'

interface ProofFormProps {
  /** the parsed text; undefined while it is no JSON */
  readonly onProof: (claimed: unknown) => void
}

type Read = { readonly type: 'json'; readonly claimed: unknown } | { readonly type: 'not-json' }

const isHolder = (found: unknown): found is { readonly proof: unknown } =>
  typeof found === 'object' && found !== null && 'proof' in found

const read = (text: string): Read => {
  try {
    const found: unknown = JSON.parse(text)
    // A pasted `randomComplete` contains the proof.
    return { type: 'json', claimed: isHolder(found) ? found.proof : found }
  } catch {
    return { type: 'not-json' }
  }
}

export const ProofForm = ({ onProof }: ProofFormProps) => {
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string | null>(null)

  const check = (given: string): void => {
    setText(given)
    const found = read(given)
    setFault(found.type === 'json' ? null : 'This is not JSON. Paste the whole proof, from { to }.')
    onProof(found.type === 'json' ? found.claimed : undefined)
  }

  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        check(text)
      }}
    >
      <wa-textarea
        label="Proof (JSON)"
        rows={5}
        resize="vertical"
        value={text}
        onInput={(event) => setText(event.currentTarget.value ?? '')}
      ></wa-textarea>
      <label class="file">
        <wa-icon name="upload"></wa-icon>
        <span>Load a proof file</span>
        <input
          type="file"
          accept=".json,application/json"
          onChange={async (event) => {
            const file = event.currentTarget.files?.[0]
            if (file !== undefined) check(await file.text())
          }}
        />
      </label>
      <p class="fault" role="alert">
        {fault}
      </p>
      <div class="row">
        <wa-button type="submit" variant="brand" disabled={text.trim() === ''}>
          <wa-icon slot="start" name="shield"></wa-icon>
          Check
        </wa-button>
      </div>
    </form>
  )
}
