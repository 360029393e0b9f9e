import type { ComponentChildren } from 'preact'

interface ModalProps {
  readonly open: boolean
  readonly label: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly width?: string
  readonly testId?: string
}

export const Modal = ({ open, label, onClose, children, width, testId }: ModalProps) => (
  <wa-dialog
    open={open}
    label={label}
    lightDismiss
    data-testid={testId}
    style={width === undefined ? {} : { '--width': width }}
    onwa-hide={(event) => {
      // Lists and details inside close with an event of the same name, and it bubbles.
      if (event.target === event.currentTarget) onClose()
    }}
  >
    {open && children}
  </wa-dialog>
)
