import { LobbyCard } from './lobby.js'

interface GoodbyeProps {
  readonly title: string
  readonly note: string
  readonly another: { readonly href: string; readonly text: string }
  readonly onReturn: () => void
}

/** After the user has left a room. */
export const Goodbye = ({ title, note, another, onReturn }: GoodbyeProps) => (
  <LobbyCard>
    <h1>{title}</h1>
    <p class="quiet">{note}</p>
    <div class="row wide">
      <wa-button variant="brand" onClick={onReturn}>
        Come back
      </wa-button>
      <wa-button appearance="outlined" href={another.href}>
        {another.text}
      </wa-button>
    </div>
  </LobbyCard>
)
