import { useState } from 'preact/hooks'
import { Brand } from '../../shell/brand.js'
import { makeRoom } from '../../shell/make-room.js'
import { OtherPages } from '../../shell/other-pages.js'
import { TextField } from '../../shell/text-field.js'
import { codeIn, isRoomCode } from '../address.js'

interface MeetLobbyProps {
  /** a link led here whose code no room can have */
  readonly wrongCode: string | null
  readonly onGo: (code: string, token: string | null) => void
}

const codeRule = 'A code is 1 to 32 letters, digits and dashes, without spaces.'

export const MeetLobby = ({ wrongCode, onGo }: MeetLobbyProps) => {
  const [typed, setTyped] = useState(wrongCode ?? '')
  const [isPrivate, setPrivate] = useState(false)
  const [isMaking, setMaking] = useState(false)
  const [fault, setFault] = useState<string | null>(wrongCode === null ? null : codeRule)

  const begin = async (): Promise<void> => {
    setFault(null)
    setMaking(true)
    const made = await makeRoom({ private: isPrivate })
    setMaking(false)
    if (made.type === 'failed') return setFault(made.words)
    onGo(made.code, made.token)
  }

  return (
    <div class="lobby">
      <main class="lobby-card">
        <Brand />
        <h1>Talk face to face, straight from browser to browser.</h1>
        <p class="quiet">Up to ten people. Nothing to install, and no picture passes through a server.</p>
        <div class="stack">
          <wa-button variant="brand" size="l" loading={isMaking} onClick={() => void begin()}>
            <wa-icon slot="start" name="camera"></wa-icon>
            New call
          </wa-button>
          <wa-switch
            checked={isPrivate}
            hint="Only people with its link can come in."
            onChange={(event) => setPrivate(event.currentTarget.checked)}
          >
            Private room
          </wa-switch>
        </div>
        <p class="or" aria-hidden="true">
          or
        </p>
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            const code = codeIn(typed)
            if (!isRoomCode(code)) return setFault(codeRule)
            onGo(code, null)
          }}
        >
          <TextField
            label="Code of the room, or its link"
            value={typed}
            onValue={setTyped}
            maxlength={300}
            autocomplete="off"
          />
          {fault !== null && (
            <wa-callout variant="danger" role="alert">
              <wa-icon slot="icon" name="warning"></wa-icon>
              {fault}
            </wa-callout>
          )}
          <wa-button type="submit" appearance="outlined">
            Join by code
          </wa-button>
        </form>
        <OtherPages here="/meet" />
      </main>
    </div>
  )
}
