import type { ConnectionState } from '../../../client/session-client.js'
import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'

interface GameHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly role: 'playing' | 'watching' | null
  readonly connection: ConnectionState
  readonly onShare: () => void
  readonly onLeave: () => void
}

export const GameHeader = ({ code, isPrivate, role, connection, onShare, onLeave }: GameHeaderProps) => (
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
    <ConnectionStatus connection={connection} />
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
