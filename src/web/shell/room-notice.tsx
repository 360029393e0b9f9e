import type { ComponentChildren, VNode } from 'preact'
import type { WireError } from '../../client/wire.js'
import { errorText } from './error-text.js'
import type { PageStatus } from './use-room.js'

interface NoticeProps {
  readonly variant: 'neutral' | 'warning' | 'danger'
  readonly text: string
  readonly children?: ComponentChildren
}

/** A problem, with the buttons that solve it. */
export const Notice = ({ variant, text, children }: NoticeProps) => (
  <wa-callout
    size="s"
    class="notice"
    variant={variant}
    role={variant === 'neutral' ? 'status' : 'alert'}
    data-testid="notice"
  >
    <wa-icon slot="icon" name={variant === 'neutral' ? 'info' : 'warning'}></wa-icon>
    <div class="row wrap between">
      <span>{text}</span>
      <span class="row">{children}</span>
    </div>
  </wa-callout>
)

interface RoomNoticeProps {
  readonly status: PageStatus
  readonly takenOver: { readonly text: string; readonly button: string; readonly onClick: () => void }
  /** the buttons of a refused join */
  readonly refused: (error: WireError) => VNode
  readonly textOf?: (error: WireError) => string
}

/** The notice of a room that the page is not in, before all other notices; `null` where the page is in, or on its way. */
export const roomNotice = ({
  status,
  takenOver,
  refused,
  textOf = errorText,
}: RoomNoticeProps): VNode | null => {
  const { connection } = status
  if (connection.type === 'taken-over')
    return (
      <Notice variant="warning" text={takenOver.text}>
        <wa-button variant="brand" size="s" onClick={takenOver.onClick}>
          {takenOver.button}
        </wa-button>
      </Notice>
    )
  if (connection.type === 'refused')
    return (
      <Notice variant="danger" text={textOf(connection.error)}>
        <wa-button size="s" onClick={() => location.reload()}>
          Try again
        </wa-button>
      </Notice>
    )
  if (status.type === 'refused') return refused(status.error)
  return null
}

interface ErrorNoticeProps {
  readonly error: WireError
  readonly textOf?: (error: WireError) => string
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

/** The error of a request, until it is closed. */
export const ErrorNotice = ({ error, textOf = errorText, onClose, children }: ErrorNoticeProps) => (
  <Notice variant="danger" text={textOf(error)}>
    {children}
    <wa-button size="s" appearance="outlined" onClick={onClose}>
      Close
    </wa-button>
  </Notice>
)
