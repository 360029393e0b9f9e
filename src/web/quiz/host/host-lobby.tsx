import type { Person } from '../../../client/quiz/people.js'
import type { Ready } from '../questions/drafts.js'
import { Players } from '../show/players.js'

interface HostLobbyProps {
  readonly code: string
  readonly link: string
  readonly isPrivate: boolean
  readonly players: ReadonlyArray<Person>
  readonly ready: Ready
  readonly canStart: boolean
  readonly onStart: () => void
  readonly onBack: () => void
}

/** The screen while people join, for a projector: it shows nothing secret. */
export const HostLobby = (props: HostLobbyProps) => {
  const { code, link, isPrivate, players, ready, canStart, onStart, onBack } = props
  return (
    <div class="doors">
      <section class="invitation" aria-labelledby="invitation-heading">
        <h2 id="invitation-heading">Scan and play</h2>
        <div class="qr">
          <wa-qr-code
            value={link}
            size={320}
            label="QR code of the link to play"
            data-testid="qr"
          ></wa-qr-code>
        </div>
        {isPrivate ? (
          <p class="quiet">Private: only by this code, or by the whole link from “Share”.</p>
        ) : (
          <p>
            <span class="quiet">{new URL(link).host}/quiz</span>
            <strong class="code big">{code.toUpperCase()}</strong>
          </p>
        )}
      </section>
      <section class="stack" aria-labelledby="players-heading">
        <h2 id="players-heading" aria-live="polite">
          {players.length === 0
            ? 'Nobody is here yet'
            : `${players.length} ${players.length === 1 ? 'player is' : 'players are'} here`}
        </h2>
        <Players players={players} ownId={null} />
        <div class="stack tight start">
          {ready.type === 'not-ready' && (
            <p class="todo" role="status">
              {ready.words}
            </p>
          )}
          <wa-button
            variant="brand"
            size="l"
            disabled={ready.type !== 'ready' || !canStart}
            onClick={onStart}
            data-testid="start"
          >
            <wa-icon slot="start" name="play"></wa-icon>
            Start the quiz
          </wa-button>
          <wa-button appearance="plain" onClick={onBack}>
            <wa-icon slot="start" name="chevron-left"></wa-icon>
            Back to the questions
          </wa-button>
        </div>
      </section>
    </div>
  )
}
