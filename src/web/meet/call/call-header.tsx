import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'
import type { PageStatus } from '../../shell/use-room.js'
import { CopyLink } from './copy-link.js'

interface CallHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly count: number
  readonly status: PageStatus
  readonly link: string
  readonly onShare: () => void
}

export const CallHeader = ({ code, isPrivate, count, status, link, onShare }: CallHeaderProps) => (
  <header class="header">
    <Brand />
    <span class="where">
      <wa-icon name={isPrivate ? 'lock' : 'link'} label={isPrivate ? 'Private room' : 'Room'}></wa-icon>
      <strong data-testid="room-name">{code}</strong>
      <CopyLink link={link} onCannot={onShare} />
    </span>
    <ConnectionStatus status={status} />
    <span class="watching actions" title="People in the call">
      <wa-icon name="people"></wa-icon>
      <span data-testid="people-count">{count}</span>
      <span class="wa-visually-hidden-force">in the call</span>
    </span>
  </header>
)
