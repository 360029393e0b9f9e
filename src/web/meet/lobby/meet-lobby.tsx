import { useState } from 'preact/hooks'
import { InputError, Lobby, Or, PrivateSwitch } from '../../shell/lobby.js'
import type { RoomLink } from '../../shell/room-link.js'
import { codeRule, isRoomCode } from '../../shell/room-link.js'
import { TextField } from '../../shell/text-field.js'
import { useRoomCreation } from '../../shell/use-room-creation.js'
import { parseTypedCall } from '../address.js'

interface MeetLobbyProps {
  /** the invalid code of the link that led here */
  readonly wrongCode: string | null
  readonly onGo: (to: RoomLink) => void
}

export const MeetLobby = ({ wrongCode, onGo }: MeetLobbyProps) => {
  const [codeText, setCodeText] = useState(wrongCode ?? '')
  const [isPrivate, setPrivate] = useState(false)
  const { isCreating, errorText, setErrorText, create } = useRoomCreation(
    wrongCode === null ? null : codeRule,
  )

  const begin = async (): Promise<void> => {
    const room = await create({ private: isPrivate })
    if (room === null) return
    onGo(room)
  }

  return (
    <Lobby
      here="/meet"
      title="Talk face to face, straight from browser to browser."
      lead="Up to ten people. Nothing to install, and no picture passes through a server."
    >
      <div class="stack">
        <wa-button variant="brand" size="l" loading={isCreating} onClick={() => void begin()}>
          <wa-icon slot="start" name="camera"></wa-icon>
          New call
        </wa-button>
        <PrivateSwitch checked={isPrivate} onChange={setPrivate} />
      </div>
      <Or />
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          const to = parseTypedCall(codeText)
          if (!isRoomCode(to.code)) return setErrorText(codeRule)
          onGo(to)
        }}
      >
        <TextField
          label="Code of the room, or its link"
          value={codeText}
          onValue={setCodeText}
          maxlength={500}
          autocomplete="off"
        />
        <InputError text={errorText} />
        <wa-button type="submit" appearance="outlined">
          Join by code
        </wa-button>
      </form>
    </Lobby>
  )
}
