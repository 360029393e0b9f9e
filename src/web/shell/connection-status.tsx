import type { PageStatus } from './use-room.js'

interface Indicator {
  readonly text: string
  readonly icon: string
  readonly variant: 'success' | 'warning' | 'danger' | 'neutral'
}

const indicatorOf = ({ type, connection }: PageStatus): Indicator => {
  switch (connection.type) {
    case 'idle':
    case 'connecting':
      return { text: 'Connecting …', icon: 'signal', variant: 'neutral' }
    case 'lost':
      return { text: 'Connection lost, coming back …', icon: 'signal-lost', variant: 'warning' }
    case 'server-restarting':
      return {
        text: `Server restarting, back in about ${Math.max(1, Math.ceil(connection.reconnectInMs / 1000))} s`,
        icon: 'refresh',
        variant: 'warning',
      }
    case 'taken-over':
      return { text: 'Open elsewhere', icon: 'signal-lost', variant: 'danger' }
    case 'refused':
      return { text: 'Not let in', icon: 'lock', variant: 'danger' }
    case 'connected':
      return type === 'removed'
        ? { text: 'Removed', icon: 'user-minus', variant: 'danger' }
        : { text: 'Connected', icon: 'signal', variant: 'success' }
  }
}

export const ConnectionStatus = ({ status }: { readonly status: PageStatus }) => {
  const { text, icon, variant } = indicatorOf(status)
  return (
    <span
      class={`status ${variant}`}
      role="status"
      data-testid="connection"
      data-state={status.connection.type}
    >
      <wa-icon name={icon}></wa-icon>
      <span class="words">{text}</span>
    </span>
  )
}
