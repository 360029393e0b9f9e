import { useState } from 'preact/hooks'
import type { PickerRole } from '../../../client/picker/picker-wire.js'
import { Brand } from '../../shell/brand.js'
import { TextField } from '../../shell/text-field.js'

interface JoinCardProps {
  readonly room: string
  readonly role: PickerRole
  readonly onJoin: (name: string) => void
}

/** Asked once; the answer, also none, is remembered. */
export const JoinCard = ({ room, role, onJoin }: JoinCardProps) => {
  const [name, setName] = useState('')
  const leads = role === 'broadcaster'
  return (
    <div class="lobby">
      <main class="lobby-card">
        <Brand />
        <h1>{leads ? 'Lead a draw' : 'You are invited to a draw'}</h1>
        <p class="quiet">
          Room <strong>{room}</strong>
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
            hint={leads ? 'Those who watch see who leads.' : 'The leader sees who is watching.'}
            value={name}
            onValue={setName}
            maxlength={100}
            autocomplete="name"
            autofocus
          />
          <wa-button type="submit" variant="brand">
            <wa-icon slot="start" name={leads ? 'crown' : 'eye'}></wa-icon>
            {leads ? 'Lead the room' : 'Watch the draw'}
          </wa-button>
        </form>
      </main>
    </div>
  )
}
