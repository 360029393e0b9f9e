import type { PickerRole } from '../../../client/picker/picker-wire.js'
import { connectionNotice } from '../../shell/connection-notice.js'
import { wordsFor } from '../../shell/error-words.js'
import { Notice } from '../../shell/notice.js'
import type { RoomInUse } from './use-room.js'

interface NoticesProps {
  readonly inUse: RoomInUse
  readonly onJoinAs: (role: PickerRole) => void
  readonly role: PickerRole
  readonly onLeave: () => void
}

/** What stands between the user and the room, each with the way on. */
export const Notices = ({ inUse, onJoinAs, role, onLeave }: NoticesProps) => {
  const { connection, membership, room, error } = inUse
  const lost = connectionNotice({
    connection,
    takenOver: {
      words: 'This room is open in another tab or window, and only one can be in use.',
      back: 'Use it here',
      onBack: inUse.takeBack,
    },
    wordsFor,
  })
  if (lost !== null) return lost
  if (membership.type === 'removed')
    return (
      <Notice variant="danger" words="The leader has put you out of this room.">
        <wa-button size="s" onClick={() => onJoinAs('viewer')}>
          Ask to come in again
        </wa-button>
        <wa-button size="s" appearance="plain" onClick={onLeave}>
          Leave
        </wa-button>
      </Notice>
    )
  if (membership.type === 'refused' && membership.error.code === 'broadcaster-taken')
    return (
      <Notice variant="warning" words={wordsFor(membership.error)}>
        <wa-button variant="brand" size="s" onClick={() => onJoinAs('viewer')}>
          Watch instead
        </wa-button>
        <wa-button size="s" appearance="outlined" onClick={() => onJoinAs('broadcaster')}>
          Try again
        </wa-button>
      </Notice>
    )
  if (membership.type === 'refused')
    return (
      <Notice variant="danger" words={wordsFor(membership.error)}>
        <wa-button size="s" onClick={() => onJoinAs(role)}>
          Try again
        </wa-button>
        <wa-button size="s" appearance="plain" onClick={onLeave}>
          Leave
        </wa-button>
      </Notice>
    )
  if (error !== null)
    return (
      <Notice variant="danger" words={wordsFor(error)}>
        <wa-button size="s" appearance="outlined" onClick={inUse.forgetError}>
          Close
        </wa-button>
      </Notice>
    )
  if (membership.type === 'joined' && role === 'viewer' && room.broadcasterId === null)
    return (
      <Notice variant="neutral" words="Nobody leads this room right now.">
        <wa-button size="s" appearance="outlined" onClick={() => onJoinAs('broadcaster')}>
          <wa-icon slot="start" name="crown"></wa-icon>
          Take the lead
        </wa-button>
      </Notice>
    )
  return null
}
