import { useEffect, useState } from 'preact/hooks'
import { after } from '../../../client/client-ports.js'

interface CopyLinkProps {
  readonly link: string
  /** a page on plain HTTP may not write to the clipboard */
  readonly onCannot: () => void
}

const thanksMs = 2_000

export const CopyLink = ({ link, onCannot }: CopyLinkProps) => {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => (isCopied ? after(thanksMs, () => setCopied(false)) : undefined), [isCopied])

  const copy = async (): Promise<void> => {
    const { clipboard }: Partial<Navigator> = navigator
    try {
      if (clipboard === undefined) return onCannot()
      await clipboard.writeText(link)
      setCopied(true)
    } catch {
      onCannot()
    }
  }

  return (
    <button type="button" class="copy-link" aria-label="Copy the link" onClick={() => void copy()}>
      <wa-icon name={isCopied ? 'check' : 'copy'}></wa-icon>
      <span class="words" role="status">
        {isCopied ? 'Copied' : ''}
      </span>
    </button>
  )
}
