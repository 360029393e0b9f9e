import type { ComponentChildren } from 'preact'
import { ConnectionStatus } from './connection-status.js'
import mark from './reel.svg'
import type { PageStatus } from './use-room.js'

export const Brand = () => (
  <span class="brand">
    <img src={mark} alt="" width="32" height="32" />
    Roomreel
  </span>
)

interface PageHeaderProps {
  /** what kind of room it is */
  readonly kind: 'Room' | 'Game' | 'Quiz'
  readonly isPrivate: boolean
  readonly name: string
  readonly nameClass?: string
  /** beside the name */
  readonly beside?: ComponentChildren
  readonly status: PageStatus
  /** how many people are there, and what screen readers add to it */
  readonly count?: {
    readonly icon: string
    readonly title: string
    readonly text: string
    readonly unit: string
    readonly testId: string
  }
  /** the buttons on the right */
  readonly children?: ComponentChildren
}

export const PageHeader = (props: PageHeaderProps) => {
  const { kind, isPrivate, name, nameClass, beside, status, count, children } = props
  return (
    <header class="header">
      <Brand />
      <span class="where">
        <wa-icon
          name={isPrivate ? 'lock' : 'link'}
          label={isPrivate ? `Private ${kind.toLowerCase()}` : kind}
        ></wa-icon>
        <strong class={nameClass} data-testid="room-name">
          {name}
        </strong>
        {beside}
      </span>
      <ConnectionStatus status={status} />
      {count !== undefined && (
        <span class={children === undefined ? 'watching actions' : 'watching'} title={count.title}>
          <wa-icon name={count.icon}></wa-icon>
          <span data-testid={count.testId}>{count.text}</span>
          <span class="wa-visually-hidden-force">{count.unit}</span>
        </span>
      )}
      {children !== undefined && <span class="actions row">{children}</span>}
    </header>
  )
}
