import type { ComponentChildren } from 'preact'
import type { ConnectionState } from '../../../client/session-client.js'
import { Brand } from '../../shell/brand.js'
import { ConnectionStatus } from '../../shell/connection-status.js'

interface QuizHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly players: number
  readonly connection: ConnectionState
  readonly children: ComponentChildren
}

export const QuizHeader = ({ code, isPrivate, players, connection, children }: QuizHeaderProps) => (
  <header class="header">
    <Brand />
    <span class="where">
      <wa-icon name={isPrivate ? 'lock' : 'link'} label={isPrivate ? 'Private quiz' : 'Quiz'}></wa-icon>
      <strong class="code" data-testid="room-name">
        {code.toUpperCase()}
      </strong>
    </span>
    <ConnectionStatus connection={connection} />
    <span class="watching" title="Players">
      <wa-icon name="people"></wa-icon>
      <span data-testid="player-count">{players}</span>
      <span class="wa-visually-hidden-force">{players === 1 ? 'player' : 'players'}</span>
    </span>
    <span class="actions row">{children}</span>
  </header>
)
