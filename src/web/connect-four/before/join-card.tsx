import { useState } from 'preact/hooks'
import { Brand } from '../../shell/brand.js'
import { TextField } from '../../shell/text-field.js'

interface JoinCardProps {
  readonly code: string
  readonly onJoin: (name: string) => void
}

/** Asked once; the answer, also none, is remembered. */
export const JoinCard = ({ code, onJoin }: JoinCardProps) => {
  const [name, setName] = useState('')
  return (
    <div class="lobby">
      <main class="lobby-card">
        <Brand />
        <h1>You are invited to a game of Connect Four</h1>
        <p class="quiet">
          Game <strong>{code}</strong>. If the other seat is free, it is yours; otherwise you watch.
        </p>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            onJoin(name.trim())
          }}
        >
          <TextField
            label="Your name (optional)"
            hint="The others see who plays."
            value={name}
            onValue={setName}
            maxlength={100}
            autocomplete="name"
            autofocus
          />
          <wa-button type="submit" variant="brand">
            <wa-icon slot="start" name="play"></wa-icon>
            Come in
          </wa-button>
        </form>
      </main>
    </div>
  )
}
