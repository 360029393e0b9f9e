import type { PickerRole } from '../../../client/picker/picker-wire.js'
import { errorText } from '../../shell/error-text.js'
import { ErrorNotice, Notice, roomNotice } from '../../shell/room-notice.js'
import type { PickerInUse } from './use-picker.js'

interface NoticesProps {
  readonly inUse: PickerInUse
  readonly onJoinAs: (role: PickerRole) => void
  readonly role: PickerRole
  readonly onLeave: () => void
}

/** Why the user is not in the room, or cannot do something there, each with buttons for the way on. */
export const Notices = ({ inUse, onJoinAs, role, onLeave }: NoticesProps) => {
  const { client, state, error, setError } = inUse
  const { status, room } = state
  const notice = roomNotice({
    status,
    takenOver: {
      text: 'This room is open in another tab or window, and only one can be in use.',
      button: 'Use it here',
      onClick: client.takeBack,
    },
    refused: (refusal) =>
      refusal.code === 'broadcaster-taken' ? (
        <Notice variant="warning" text={errorText(refusal)}>
          <wa-button variant="brand" size="s" onClick={() => onJoinAs('viewer')}>
            Watch instead
          </wa-button>
          <wa-button size="s" appearance="outlined" onClick={() => onJoinAs('broadcaster')}>
            Try again
          </wa-button>
        </Notice>
      ) : (
        <Notice variant="danger" text={errorText(refusal)}>
          <wa-button size="s" onClick={() => onJoinAs(role)}>
            Try again
          </wa-button>
          <wa-button size="s" appearance="plain" onClick={onLeave}>
            Leave
          </wa-button>
        </Notice>
      ),
  })
  if (notice !== null) return notice
  if (status.type === 'removed')
    return (
      <Notice variant="danger" text="The leader has put you out of this room.">
        <wa-button size="s" onClick={() => onJoinAs('viewer')}>
          Ask to come in again
        </wa-button>
        <wa-button size="s" appearance="plain" onClick={onLeave}>
          Leave
        </wa-button>
      </Notice>
    )
  if (error !== null) return <ErrorNotice error={error} onClose={() => setError(null)} />
  if (room.me !== null && role === 'viewer' && room.broadcasterId === null)
    return (
      <Notice variant="neutral" text="Nobody leads this room right now.">
        <wa-button size="s" appearance="outlined" onClick={() => onJoinAs('broadcaster')}>
          <wa-icon slot="start" name="crown"></wa-icon>
          Take the lead
        </wa-button>
      </Notice>
    )
  return null
}
