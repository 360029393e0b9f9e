import { useState } from 'preact/hooks'
import type { PickerRole } from '../../client/picker-vocabulary.js'
import { isRoomName, type Address } from './address.js'
import { Brand } from '../shell/brand.js'
import { makeRoom } from '../shell/make-room.js'
import { OtherPages } from '../shell/other-pages.js'
import { TextField } from '../shell/text-field.js'

interface LobbyProps {
  readonly name: string
  readonly onName: (name: string) => void
  readonly onGo: (address: Address) => void
}

export const Lobby = ({ name, onName, onGo }: LobbyProps) => {
  const [room, setRoom] = useState('main')
  const [ownName, setOwnName] = useState(name)
  const [isPrivate, setPrivate] = useState(false)
  const [isMaking, setMaking] = useState(false)
  const [fault, setFault] = useState<string | null>(null)

  const enter = async (role: PickerRole): Promise<void> => {
    setFault(null)
    onName(ownName.trim())
    if (role === 'broadcaster' && isPrivate) {
      setMaking(true)
      const made = await makeRoom({ private: true })
      setMaking(false)
      if (made.type === 'failed') return setFault(made.words)
      return onGo({ type: 'room', room: made.room, role, token: made.token })
    }
    const wanted = room.trim()
    if (!isRoomName(wanted))
      return setFault('A room’s name is 1 to 128 letters, digits and - _ . : without spaces.')
    onGo({ type: 'room', room: wanted, role, token: null })
  }

  return (
    <div class="lobby">
      <main class="lobby-card">
        <Brand />
        <h1>Draw a name. Together, live, and provably fair.</h1>
        <p class="quiet">
          Everybody sees the same draw at the same time, and anyone can check afterwards that it was not
          rigged.
        </p>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            void enter('broadcaster')
          }}
        >
          <TextField
            label="Room"
            hint={
              isPrivate ? 'A private room gets a name of its own.' : 'Anyone who knows the name can come in.'
            }
            value={room}
            disabled={isPrivate}
            onValue={setRoom}
            maxlength={128}
          />
          <TextField
            label="Your name (optional)"
            hint="The leader sees who is watching."
            value={ownName}
            onValue={setOwnName}
            maxlength={100}
            autocomplete="name"
          />
          <wa-switch
            checked={isPrivate}
            hint="Only people with its link can come in."
            onChange={(event) => setPrivate(event.currentTarget.checked)}
          >
            Private room
          </wa-switch>
          {fault !== null && (
            <wa-callout variant="danger" role="alert">
              <wa-icon slot="icon" name="warning"></wa-icon>
              {fault}
            </wa-callout>
          )}
          <div class="row wide">
            <wa-button type="submit" variant="brand" loading={isMaking}>
              <wa-icon slot="start" name="crown"></wa-icon>
              Lead the room
            </wa-button>
            <wa-button appearance="outlined" disabled={isPrivate} onClick={() => void enter('viewer')}>
              <wa-icon slot="start" name="eye"></wa-icon>
              Watch
            </wa-button>
          </div>
        </form>
        <OtherPages here="/" />
      </main>
    </div>
  )
}
