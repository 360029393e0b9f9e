import { useEffect, useRef, useState } from 'preact/hooks'

/** Read out by screen readers, and not visible. */
export const Announcement = ({ text }: { readonly text: string }) => (
  <p class="wa-visually-hidden" role="status" aria-live="polite" data-testid="announcement">
    {text}
  </p>
)

interface ChangeAnnouncementProps<Value> {
  readonly value: Value
  /** `null`: the change is not announced */
  readonly textOf: (before: Value, now: Value) => string | null
}

export const ChangeAnnouncement = <Value,>({ value, textOf }: ChangeAnnouncementProps<Value>) => {
  const before = useRef(value)
  const latestTextOf = useRef(textOf)
  latestTextOf.current = textOf
  const [text, setText] = useState('')
  useEffect(() => {
    const next = latestTextOf.current(before.current, value)
    before.current = value
    if (next !== null) setText(next)
  }, [value])
  return <Announcement text={text} />
}
