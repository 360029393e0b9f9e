import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'
import type { PageStatus } from '../../shell/use-room.js'

interface GameHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly role: 'playing' | 'watching' | null
  readonly status: PageStatus
  readonly onShare: () => void
  readonly onLeave: () => void
}

export const GameHeader = ({ code, isPrivate, role, status, onShare, onLeave }: GameHeaderProps) => (
  <header class="header">
    <Brand />
    <span class="where">
      <wa-icon name={isPrivate ? 'lock' : 'link'} label={isPrivate ? 'Private game' : 'Game'}></wa-icon>
      <strong data-testid="room-name">{code}</strong>
      {role !== null && (
        <wa-badge variant={role === 'playing' ? 'brand' : 'neutral'} appearance="filled" data-testid="role">
          {role}
        </wa-badge>
      )}
    </span>
    <ConnectionStatus status={status} />
    <span class="actions row">
      <wa-button size="s" appearance="filled" variant="brand" onClick={onShare}>
        <wa-icon slot="start" name="share"></wa-icon>
        Share
      </wa-button>
      <wa-button size="s" appearance="plain" onClick={onLeave} title="Leave the game">
        <wa-icon name="leave" label="Leave the game"></wa-icon>
      </wa-button>
    </span>
  </header>
)
