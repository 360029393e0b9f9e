import { useState } from 'preact/hooks'
import type { PickerRole } from '../../client/picker/picker-wire.js'
import { isRoomName, type Address } from './address.js'
import { Fault, Lobby } from '../shell/lobby.js'
import { PrivateSwitch } from '../shell/private-switch.js'
import { TextField } from '../shell/text-field.js'
import { useMaking } from '../shell/use-making.js'

interface PickerLobbyProps {
  readonly name: string
  readonly onName: (name: string) => void
  readonly onGo: (address: Address) => void
}

export const PickerLobby = ({ name, onName, onGo }: PickerLobbyProps) => {
  const [room, setRoom] = useState('main')
  const [ownName, setOwnName] = useState(name)
  const [isPrivate, setPrivate] = useState(false)
  const { isMaking, fault, setFault, make } = useMaking()

  const enter = async (role: PickerRole): Promise<void> => {
    setFault(null)
    onName(ownName.trim())
    if (role === 'broadcaster' && isPrivate) {
      const made = await make({ private: true })
      if (made === null) return
      return onGo({ type: 'room', room: made.room, role, token: made.token })
    }
    const wanted = room.trim()
    if (!isRoomName(wanted))
      return setFault('A room’s name is 1 to 128 letters, digits and - _ . : without spaces.')
    onGo({ type: 'room', room: wanted, role, token: null })
  }

  return (
    <Lobby
      here="/"
      title="Draw a name. Together, live, and provably fair."
      lead="Everybody sees the same draw at the same time, and anyone can check afterwards that it was not rigged."
    >
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
        <PrivateSwitch checked={isPrivate} onChange={setPrivate} />
        <Fault words={fault} />
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
    </Lobby>
  )
}
