import { useState } from 'preact/hooks'

interface TextFileProps {
  readonly mostBytes: number
  readonly tooBig: string
  readonly onText: (text: string) => void
}

/** A file of text that is chosen, or dropped on the form that takes `drop`. */
export const useTextFile = ({ mostBytes, tooBig, onText }: TextFileProps) => {
  const [fault, setFault] = useState<string | null>(null)

  const load = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    setFault(null)
    if (file.size > mostBytes) return setFault(tooBig)
    onText(await file.text())
  }

  return {
    fault,
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
  readonly file: Pick<ReturnType<typeof useTextFile>, 'fault' | 'load'>
}

export const TextFileField = ({ label, accept, file: { fault, load } }: TextFileFieldProps) => (
  <>
    <label class="file">
      <wa-icon name="upload"></wa-icon>
      <span>{label}</span>
      <input type="file" accept={accept} onChange={(event) => void load(event.currentTarget.files?.[0])} />
    </label>
    {fault !== null && (
      <p class="fault" role="alert">
        {fault}
      </p>
    )}
  </>
)
