import type { WireError } from '../../../client/wire.js'
import { connectionNotice } from '../../shell/connection-notice.js'
import { wordsFor } from '../../shell/error-words.js'
import { Notice } from '../../shell/notice.js'
import type { CallInUse } from './use-call.js'

interface CallNoticesProps {
  readonly call: CallInUse
  /** of one's own camera and microphone */
  readonly trouble: string | null
  readonly onCloseTrouble: () => void
  /** the browser holds the sound back until somebody clicks */
  readonly onPlay: (() => void) | null
}

export const CallNotices = ({ call, trouble, onCloseTrouble, onPlay }: CallNoticesProps) => {
  const { connection, membership } = call.state
  const lost = connectionNotice({
    connection,
    takenOver: {
      words: 'The server has ended this connection.',
      back: 'Come back',
      onBack: call.takeBack,
    },
    wordsFor,
  })
  if (lost !== null) return lost
  if (membership.type === 'refused' && membership.error.code === 'room-full')
    return <Full error={membership.error} onRetry={call.join} />
  if (membership.type === 'refused')
    return (
      <Notice variant="danger" words={wordsFor(membership.error)}>
        <wa-button size="s" onClick={call.join}>
          Try again
        </wa-button>
      </Notice>
    )
  if (onPlay !== null)
    return (
      <Notice variant="warning" words="Your browser holds the sound back.">
        <wa-button variant="brand" size="s" onClick={onPlay}>
          <wa-icon slot="start" name="sound"></wa-icon>
          Hear the others
        </wa-button>
      </Notice>
    )
  if (trouble !== null)
    return (
      <Notice variant="neutral" words={trouble}>
        <wa-button size="s" appearance="outlined" onClick={onCloseTrouble}>
          Close
        </wa-button>
      </Notice>
    )
  return null
}

const fullWords =
  'This call is full: as many are in it as can be connected from browser to browser. Come back when somebody has left.'

interface FullProps {
  readonly error: WireError
  readonly onRetry: () => void
}

/** Where there is a larger room, the way into it is this person's own, so it is shown to nobody else. */
const Full = ({ error: { sfu }, onRetry }: FullProps) => (
  <Notice
    variant="danger"
    words={
      sfu === undefined
        ? fullWords
        : `${fullWords} There is a larger room on ${sfu.url}, which a LiveKit client opens with your token.`
    }
  >
    {sfu !== undefined && <wa-copy-button value={sfu.token} copyLabel="Copy the token"></wa-copy-button>}
    <wa-button size="s" onClick={onRetry}>
      Try again
    </wa-button>
  </Notice>
)
