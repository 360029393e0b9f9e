import type { ComponentChildren } from 'preact'
import { PageHeader } from '../../shell/page-header.js'
import type { PageStatus } from '../../shell/use-room.js'

interface QuizHeaderProps {
  readonly code: string
  readonly isPrivate: boolean
  readonly players: number
  readonly status: PageStatus
  readonly children: ComponentChildren
}

export const QuizHeader = ({ code, isPrivate, players, status, children }: QuizHeaderProps) => (
  <PageHeader
    kind="Quiz"
    isPrivate={isPrivate}
    name={code.toUpperCase()}
    nameClass="code"
    status={status}
    count={{
      icon: 'people',
      title: 'Players',
      text: String(players),
      unit: players === 1 ? 'player' : 'players',
      testId: 'player-count',
    }}
  >
    {children}
  </PageHeader>
)
