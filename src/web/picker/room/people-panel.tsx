import type { Viewer } from '../../../client/picker/picker-room.js'

interface PeoplePanelProps {
  readonly viewers: ReadonlyArray<Viewer>
  readonly count: number
  readonly isConnected: boolean
  readonly onRemove: (memberId: string) => void
}

const shownUpTo = 300

const nameOf = ({ name }: Viewer): string => (name === undefined || name === '' ? 'Guest' : name)

/** The count is the room's; names are only known of viewers who joined while this page was open. */
const unlisted = (viewers: ReadonlyArray<Viewer>, count: number): number =>
  Math.max(count, viewers.length) - Math.min(viewers.length, shownUpTo)

export const PeoplePanel = ({ viewers, count, isConnected, onRemove }: PeoplePanelProps) => (
  <div class="stack">
    <p class="quiet small">
      {count === 0
        ? 'Nobody is watching yet. Share the link or its QR code.'
        : `${count.toLocaleString('en')} ${count === 1 ? 'person is' : 'people are'} watching right now.`}
    </p>
    <ul class="people" aria-label="People watching" data-testid="people">
      {viewers.slice(0, shownUpTo).map((viewer) => (
        <li key={viewer.viewerId}>
          <span class="avatar" aria-hidden="true">
            {Array.from(nameOf(viewer))[0]?.toUpperCase()}
          </span>
          <span class="name">{nameOf(viewer)}</span>
          <wa-button
            size="s"
            appearance="plain"
            disabled={!isConnected}
            title={`Put ${nameOf(viewer)} out`}
            onClick={() => onRemove(viewer.viewerId)}
          >
            <wa-icon name="user-minus" label={`Put ${nameOf(viewer)} out`}></wa-icon>
          </wa-button>
        </li>
      ))}
    </ul>
    {unlisted(viewers, count) > 0 && (
      <p class="quiet small">and {unlisted(viewers, count).toLocaleString('en')} more.</p>
    )}
  </div>
)
