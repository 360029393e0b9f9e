import type { ComponentChildren } from 'preact'

interface NoticeProps {
  readonly variant: 'neutral' | 'warning' | 'danger'
  readonly words: string
  readonly children?: ComponentChildren
}

/** Something that stands in the way, and the way on. */
export const Notice = ({ variant, words, children }: NoticeProps) => (
  <wa-callout
    size="s"
    class="notice"
    variant={variant}
    role={variant === 'neutral' ? 'status' : 'alert'}
    data-testid="notice"
  >
    <wa-icon slot="icon" name={variant === 'neutral' ? 'info' : 'warning'}></wa-icon>
    <div class="row wrap between">
      <span>{words}</span>
      <span class="row">{children}</span>
    </div>
  </wa-callout>
)
