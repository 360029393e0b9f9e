import type { WireError } from '../../../client/wire.js'
import { errorText } from '../../shell/error-text.js'
import { Notice, roomNotice } from '../../shell/room-notice.js'
import type { CallInUse } from './use-call.js'

interface CallNoticesProps {
  readonly call: CallInUse
  /** with the own camera and microphone */
  readonly deviceProblem: string | null
  readonly onCloseProblem: () => void
  /** the browser plays no sound before the first click */
  readonly onPlay: (() => void) | null
}

export const CallNotices = ({ call, deviceProblem, onCloseProblem, onPlay }: CallNoticesProps) => {
  const notice = roomNotice({
    status: call.state.status,
    takenOver: {
      text: 'The server has ended this connection.',
      button: 'Come back',
      onClick: call.client.takeBack,
    },
    refused: (error) =>
      error.code === 'room-full' ? (
        <Full error={error} onRetry={call.client.join} />
      ) : (
        <Notice variant="danger" text={errorText(error)}>
          <wa-button size="s" onClick={call.client.join}>
            Try again
          </wa-button>
        </Notice>
      ),
  })
  if (notice !== null) return notice
  if (onPlay !== null)
    return (
      <Notice variant="warning" text="Your browser holds the sound back.">
        <wa-button variant="brand" size="s" onClick={onPlay}>
          <wa-icon slot="start" name="sound"></wa-icon>
          Hear the others
        </wa-button>
      </Notice>
    )
  if (deviceProblem !== null)
    return (
      <Notice variant="neutral" text={deviceProblem}>
        <wa-button size="s" appearance="outlined" onClick={onCloseProblem}>
          Close
        </wa-button>
      </Notice>
    )
  return null
}

const fullText =
  'This call is full: as many are in it as can be connected from browser to browser. Come back when somebody has left.'

interface FullProps {
  readonly error: WireError
  readonly onRetry: () => void
}

/** The token for the larger room belongs to this person, so it can be copied and is not shown. */
const Full = ({ error: { sfu }, onRetry }: FullProps) => (
  <Notice
    variant="danger"
    text={
      sfu === undefined
        ? fullText
        : `${fullText} There is a larger room on ${sfu.url}, which a LiveKit client opens with your token.`
    }
  >
    {sfu !== undefined && <wa-copy-button value={sfu.token} copyLabel="Copy the token"></wa-copy-button>}
    <wa-button size="s" onClick={onRetry}>
      Try again
    </wa-button>
  </Notice>
)
