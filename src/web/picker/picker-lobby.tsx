import { useState } from 'preact/hooks'
import type { PickerRole } from '../../client/picker/picker-wire.js'
import { isRoomName, type Address } from './address.js'
import { InputError, Lobby, NameField, PrivateSwitch } from '../shell/lobby.js'
import { TextField } from '../shell/text-field.js'
import { useRoomCreation } from '../shell/use-room-creation.js'

interface PickerLobbyProps {
  readonly name: string
  readonly onName: (name: string) => void
  readonly onGo: (address: Address) => void
}

export const PickerLobby = ({ name: storedName, onName, onGo }: PickerLobbyProps) => {
  const [room, setRoom] = useState('main')
  const [ownName, setOwnName] = useState(storedName)
  const [isPrivate, setPrivate] = useState(false)
  const { isCreating, errorText, setErrorText, create } = useRoomCreation()

  const enter = async (role: PickerRole): Promise<void> => {
    setErrorText(null)
    onName(ownName.trim())
    if (role === 'broadcaster' && isPrivate) {
      const created = await create({ private: true })
      if (created === null) return
      return onGo({ type: 'room', room: created.room, role, token: created.token })
    }
    const name = room.trim()
    if (!isRoomName(name))
      return setErrorText('A room’s name is 1 to 128 letters, digits and - _ . : without spaces.')
    onGo({ type: 'room', room: name, role, token: null })
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
        <NameField hint="The leader sees who is watching." value={ownName} onValue={setOwnName} />
        <PrivateSwitch checked={isPrivate} onChange={setPrivate} />
        <InputError text={errorText} />
        <div class="row wide">
          <wa-button type="submit" variant="brand" loading={isCreating}>
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
