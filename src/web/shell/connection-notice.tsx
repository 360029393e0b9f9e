import type { VNode } from 'preact'
import type { ConnectionState } from '../../client/session-client.js'
import type { WireError } from '../../client/wire.js'
import { Notice } from './notice.js'

interface ConnectionNoticeProps {
  readonly connection: ConnectionState
  /** what is said, and to be clicked, where the connection has gone to another window */
  readonly takenOver: { readonly words: string; readonly back: string; readonly onBack: () => void }
  readonly wordsFor: (error: WireError) => string
}

/** What is shown instead of all other notices when there is no connection and none will come by itself. */
export const connectionNotice = ({
  connection,
  takenOver: { words, back, onBack },
  wordsFor,
}: ConnectionNoticeProps): VNode | null => {
  if (connection.type === 'taken-over')
    return (
      <Notice variant="warning" words={words}>
        <wa-button variant="brand" size="s" onClick={onBack}>
          {back}
        </wa-button>
      </Notice>
    )
  if (connection.type === 'refused')
    return (
      <Notice variant="danger" words={wordsFor(connection.error)}>
        <wa-button size="s" onClick={() => location.reload()}>
          Try again
        </wa-button>
      </Notice>
    )
  return null
}
