import { useState } from 'preact/hooks'

interface TextFileProps {
  readonly maxBytes: number
  readonly tooBig: string
  readonly onText: (text: string) => void
}

/** A text file that is chosen, or dropped on the form that has `drop`. */
export const useTextFile = ({ maxBytes, tooBig, onText }: TextFileProps) => {
  const [errorText, setErrorText] = useState<string | null>(null)

  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    setErrorText(null)
    if (file.size > maxBytes) return setErrorText(tooBig)
    onText(await file.text())
  }

  return {
    errorText,
    load,
    drop: {
      onDragOver: (event: DragEvent) => event.preventDefault(),
      onDrop: (event: DragEvent) => {
        event.preventDefault()
        void load(event.dataTransfer?.files[0])
      },
    },
  }
}

interface TextFileFieldProps {
  readonly label: string
  readonly accept: string
  readonly file: Pick<ReturnType<typeof useTextFile>, 'errorText' | 'load'>
}

export const TextFileField = ({ label, accept, file: { errorText, load } }: TextFileFieldProps) => (
  <>
    <label class="file">
      <wa-icon name="upload"></wa-icon>
      <span>{label}</span>
      <input type="file" accept={accept} onChange={(event) => void load(event.currentTarget.files?.[0])} />
    </label>
    {errorText !== null && (
      <p class="fault" role="alert">
        {errorText}
      </p>
    )}
  </>
)
