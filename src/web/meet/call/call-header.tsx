import type { ConnectionState } from '../../../client/session-client.js'
import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'
import { CopyLink } from './copy-link.js'

interface CallHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly count: number
  readonly connection: ConnectionState
  readonly link: string
  readonly onShare: () => void
}

export const CallHeader = ({ code, isPrivate, count, connection, link, onShare }: CallHeaderProps) => (
  <header class="header">
    <Brand />
    <span class="where">
      <wa-icon name={isPrivate ? 'lock' : 'link'} label={isPrivate ? 'Private room' : 'Room'}></wa-icon>
      <strong data-testid="room-name">{code}</strong>
      <CopyLink link={link} onCannot={onShare} />
    </span>
    <ConnectionStatus connection={connection} />
    <span class="watching actions" title="People in the call">
      <wa-icon name="people"></wa-icon>
      <span data-testid="people-count">{count}</span>
      <span class="wa-visually-hidden-force">in the call</span>
    </span>
  </header>
)
