import { Modal } from './modal.js'

interface ShareDialogProps {
  readonly open: boolean
  readonly label: string
  readonly link: string
  /** who can come in by it */
  readonly note: string
  readonly onClose: () => void
}

export const ShareDialog = ({ open, label, link, note, onClose }: ShareDialogProps) => (
  <Modal open={open} label={label} onClose={onClose} width="26rem" testId="share-dialog">
    <div class="stack share">
      <div class="qr">
        <wa-qr-code value={link} size={232} label="QR code of the link" data-testid="qr"></wa-qr-code>
      </div>
      <div class="row end">
        <wa-input class="grow" label="Link" readonly value={link} data-testid="share-link"></wa-input>
        <wa-copy-button value={link} copyLabel="Copy the link"></wa-copy-button>
      </div>
      <p class="quiet small">{note}</p>
    </div>
  </Modal>
)
