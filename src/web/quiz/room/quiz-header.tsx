import type { ComponentChildren } from 'preact'
import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'
import type { PageStatus } from '../../shell/use-room.js'

interface QuizHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly players: number
  readonly status: PageStatus
  readonly children: ComponentChildren
}

export const QuizHeader = ({ code, isPrivate, players, status, children }: QuizHeaderProps) => (
  <header class="header">
    <Brand />
    <span class="where">
      <wa-icon name={isPrivate ? 'lock' : 'link'} label={isPrivate ? 'Private quiz' : 'Quiz'}></wa-icon>
      <strong class="code" data-testid="room-name">
        {code.toUpperCase()}
      </strong>
    </span>
    <ConnectionStatus status={status} />
    <span class="watching" title="Players">
      <wa-icon name="people"></wa-icon>
      <span data-testid="player-count">{players}</span>
      <span class="wa-visually-hidden-force">{players === 1 ? 'player' : 'players'}</span>
    </span>
    <span class="actions row">{children}</span>
  </header>
)
