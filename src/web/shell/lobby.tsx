import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { Brand } from './page-header.js'
import { TextField } from './text-field.js'

const pages = [
  { address: '/', name: 'Draw' },
  { address: '/meet', name: 'Call' },
  { address: '/connect-four', name: 'Connect Four' },
  { address: '/quiz', name: 'Quiz' },
] as const

type PageAddress = (typeof pages)[number]['address']

const OtherPages = ({ here }: { readonly here: PageAddress }) => (
  <nav class="other-pages" aria-label="What else is here">
    {pages.map(({ address, name }) => (
      <a key={address} href={address} aria-current={address === here ? 'page' : undefined}>
        {name}
      </a>
    ))}
  </nav>
)

/** A screen that is one card, before or after a room. */
export const LobbyCard = ({
  children,
  class: look = '',
}: {
  readonly children: ComponentChildren
  readonly class?: string
}) => (
  <div class="lobby">
    <main class={`lobby-card ${look}`.trim()}>
      <Brand />
      {children}
    </main>
  </div>
)

interface LobbyProps {
  readonly here: PageAddress
  readonly title: string
  readonly lead?: string
  readonly children: ComponentChildren
}

/** A page's first screen, before there is a room. */
export const Lobby = ({ here, title, lead, children }: LobbyProps) => (
  <LobbyCard>
    <h1>{title}</h1>
    {lead !== undefined && <p class="quiet">{lead}</p>}
    {children}
    <OtherPages here={here} />
  </LobbyCard>
)

interface JoinCardProps {
  readonly title: string
  readonly hint: string
  readonly icon: string
  readonly button: string
  readonly onJoin: (name: string) => void
  readonly children: ComponentChildren
}

/** Asks for the name once; the browser stores the answer, also an empty one. */
export const JoinCard = ({ title, hint, icon, button, onJoin, children }: JoinCardProps) => {
  const [name, setName] = useState('')
  return (
    <LobbyCard>
      <h1>{title}</h1>
      <p class="quiet">{children}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          onJoin(name.trim())
        }}
      >
        <NameField hint={hint} value={name} onValue={setName} autofocus />
        <wa-button type="submit" variant="brand">
          <wa-icon slot="start" name={icon}></wa-icon>
          {button}
        </wa-button>
      </form>
    </LobbyCard>
  )
}

interface NameFieldProps {
  readonly hint: string
  readonly value: string
  readonly onValue: (name: string) => void
  readonly autofocus?: boolean
}

export const NameField = (props: NameFieldProps) => (
  <TextField label="Your name (optional)" maxlength={100} autocomplete="name" {...props} />
)

interface PrivateSwitchProps {
  readonly checked: boolean
  readonly onChange: (isPrivate: boolean) => void
  readonly words?: string
  readonly hint?: string
}

export const PrivateSwitch = ({
  checked,
  onChange,
  words = 'Private room',
  hint = 'Only people with its link can come in.',
}: PrivateSwitchProps) => (
  <wa-switch checked={checked} hint={hint} onChange={(event) => onChange(event.currentTarget.checked)}>
    {words}
  </wa-switch>
)

/** Between two alternatives. */
export const Or = () => (
  <p class="or" aria-hidden="true">
    or
  </p>
)

/** What the user has to correct before going on. */
export const InputError = ({ text }: { readonly text: string | null }) =>
  text === null ? null : (
    <wa-callout variant="danger" role="alert">
      <wa-icon slot="icon" name="warning"></wa-icon>
      {text}
    </wa-callout>
  )
