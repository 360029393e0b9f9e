import { Modal } from '../shell/modal.js'

interface ShareDialogProps {
  readonly open: boolean
  readonly link: string
  readonly isPrivate: boolean
  readonly onClose: () => void
}

export const ShareDialog = ({ open, link, isPrivate, onClose }: ShareDialogProps) => (
  <Modal open={open} label="Invite people to watch" onClose={onClose} width="26rem" testId="share-dialog">
    <div class="stack share">
      <div class="qr">
        <wa-qr-code value={link} size={232} label="QR code of the link" data-testid="qr"></wa-qr-code>
      </div>
      <div class="row end">
        <wa-input class="grow" label="Link" readonly value={link} data-testid="share-link"></wa-input>
        <wa-copy-button value={link} copyLabel="Copy the link"></wa-copy-button>
      </div>
      <p class="quiet small">
        {isPrivate
          ? 'This room is private: the part after # lets people in. Whoever has the whole link can come in.'
          : 'Anyone with the link, or who knows the room’s name, can watch.'}
      </p>
    </div>
  </Modal>
)
