import type { ComponentChildren } from 'preact'
import { Brand } from './brand.js'
import { OtherPages, type PageAddress } from './other-pages.js'

interface LobbyProps {
  readonly here: PageAddress
  readonly title: string
  readonly lead?: string
  readonly children: ComponentChildren
}

/** A page's first screen, before there is a room. */
export const Lobby = ({ here, title, lead, children }: LobbyProps) => (
  <div class="lobby">
    <main class="lobby-card">
      <Brand />
      <h1>{title}</h1>
      {lead !== undefined && <p class="quiet">{lead}</p>}
      {children}
      <OtherPages here={here} />
    </main>
  </div>
)

/** Between two ways on. */
export const Or = () => (
  <p class="or" aria-hidden="true">
    or
  </p>
)

/** What has to be put right before it goes on. */
export const Fault = ({ words }: { readonly words: string | null }) =>
  words === null ? null : (
    <wa-callout variant="danger" role="alert">
      <wa-icon slot="icon" name="warning"></wa-icon>
      {words}
    </wa-callout>
  )
