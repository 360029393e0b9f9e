import type { ConnectionState } from '../../client/session-client.js'

interface Status {
  readonly words: string
  readonly icon: string
  readonly variant: 'success' | 'warning' | 'danger' | 'neutral'
}

const statusOf = (connection: ConnectionState, isRemoved: boolean): Status => {
  switch (connection.type) {
    case 'idle':
    case 'connecting':
      return { words: 'Connecting …', icon: 'signal', variant: 'neutral' }
    case 'lost':
      return { words: 'Connection lost, coming back …', icon: 'signal-lost', variant: 'warning' }
    case 'server-going-down':
      return {
        words: `Server restarting, back in about ${Math.max(1, Math.ceil(connection.reconnectInMs / 1000))} s`,
        icon: 'refresh',
        variant: 'warning',
      }
    case 'taken-over':
      return { words: 'Open elsewhere', icon: 'signal-lost', variant: 'danger' }
    case 'refused':
      return { words: 'Not let in', icon: 'lock', variant: 'danger' }
    case 'connected':
      return isRemoved
        ? { words: 'Removed', icon: 'user-minus', variant: 'danger' }
        : { words: 'Connected', icon: 'signal', variant: 'success' }
  }
}

interface ConnectionStatusProps {
  readonly connection: ConnectionState
  /** put out of the room, with the connection still there */
  readonly isRemoved?: boolean
}

export const ConnectionStatus = ({ connection, isRemoved = false }: ConnectionStatusProps) => {
  const { words, icon, variant } = statusOf(connection, isRemoved)
  return (
    <span class={`status ${variant}`} role="status" data-testid="connection" data-state={connection.type}>
      <wa-icon name={icon}></wa-icon>
      <span class="words">{words}</span>
    </span>
  )
}
