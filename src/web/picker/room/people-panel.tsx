import type { Watcher } from '../../../client/picker/picker-room.js'

interface PeoplePanelProps {
  readonly watchers: ReadonlyArray<Watcher>
  readonly count: number
  readonly isConnected: boolean
  readonly onRemove: (memberId: string) => void
}

const shownUpTo = 300

const nameOf = ({ name }: Watcher): string => (name === undefined || name === '' ? 'Guest' : name)

/** The count is the room's; names are only of those whose coming this page has heard, and a reload forgets them. */
const unlisted = (watchers: ReadonlyArray<Watcher>, count: number): number =>
  Math.max(count, watchers.length) - Math.min(watchers.length, shownUpTo)

export const PeoplePanel = ({ watchers, count, isConnected, onRemove }: PeoplePanelProps) => (
  <div class="stack">
    <p class="quiet small">
      {count === 0
        ? 'Nobody is watching yet. Share the link or its QR code.'
        : `${count.toLocaleString('en')} ${count === 1 ? 'person is' : 'people are'} watching right now.`}
    </p>
    <ul class="people" aria-label="People watching" data-testid="people">
      {watchers.slice(0, shownUpTo).map((watcher) => (
        <li key={watcher.viewerId}>
          <span class="avatar" aria-hidden="true">
            {Array.from(nameOf(watcher))[0]?.toUpperCase()}
          </span>
          <span class="name">{nameOf(watcher)}</span>
          <wa-button
            size="s"
            appearance="plain"
            disabled={!isConnected}
            title={`Put ${nameOf(watcher)} out`}
            onClick={() => onRemove(watcher.viewerId)}
          >
            <wa-icon name="user-minus" label={`Put ${nameOf(watcher)} out`}></wa-icon>
          </wa-button>
        </li>
      ))}
    </ul>
    {unlisted(watchers, count) > 0 && (
      <p class="quiet small">and {unlisted(watchers, count).toLocaleString('en')} more.</p>
    )}
  </div>
)
