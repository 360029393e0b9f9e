import { Modal } from './modal.js'

interface ShareLinkProps {
  readonly link: string
  /** says who can use it */
  readonly note: string
  /** of the QR code */
  readonly sizePx?: number
}

interface ShareDialogProps extends ShareLinkProps {
  readonly open: boolean
  readonly label: string
  readonly onClose: () => void
}

/** A link, with its QR code and a copy button. */
export const ShareLink = ({ link, note, sizePx = 232 }: ShareLinkProps) => (
  <div class="stack share">
    <div class="qr">
      <wa-qr-code value={link} size={sizePx} label="QR code of the link" data-testid="qr"></wa-qr-code>
    </div>
    <div class="row end">
      <wa-input class="grow" label="Link" readonly value={link} data-testid="share-link"></wa-input>
      <wa-copy-button value={link} copyLabel="Copy the link"></wa-copy-button>
    </div>
    <p class="quiet small">{note}</p>
  </div>
)

export const ShareDialog = ({ open, label, onClose, ...shared }: ShareDialogProps) => (
  <Modal open={open} label={label} onClose={onClose} width="26rem" testId="share-dialog">
    <ShareLink {...shared} />
  </Modal>
)
