import { useState } from 'preact/hooks'
import { Brand } from '../../shell/brand.js'
import { makeRoom } from '../../shell/make-room.js'
import { OtherPages } from '../../shell/other-pages.js'
import { TextField } from '../../shell/text-field.js'
import { isRoomCode, typedAddress } from '../address.js'
import type { AtQuiz } from '../address.js'

interface QuizLobbyProps {
  /** a link led here whose code no room can have */
  readonly wrongCode: string | null
  readonly onGo: (to: Omit<AtQuiz, 'type'>) => void
}

const codeRule = 'A code is 1 to 32 letters, digits and dashes, without spaces.'

export const QuizLobby = ({ wrongCode, onGo }: QuizLobbyProps) => {
  const [typed, setTyped] = useState(wrongCode ?? '')
  const [isPrivate, setPrivate] = useState(false)
  const [isMaking, setMaking] = useState(false)
  const [fault, setFault] = useState<string | null>(wrongCode === null ? null : codeRule)

  const host = async (): Promise<void> => {
    setFault(null)
    setMaking(true)
    const made = await makeRoom({ private: isPrivate })
    setMaking(false)
    if (made.type === 'failed') return setFault(made.words)
    onGo({ code: made.code, as: 'host', token: made.token })
  }

  return (
    <div class="lobby">
      <main class="lobby-card">
        <Brand />
        <h1>A quiz for everybody in the room.</h1>
        <p class="quiet">
          Questions on the big screen, answers on the phone. Right counts, and quick counts.
        </p>
        <form
          class="stack tight"
          onSubmit={(event) => {
            event.preventDefault()
            const { code, token } = typedAddress(typed)
            if (!isRoomCode(code)) return setFault(codeRule)
            onGo({ code, as: 'player', token })
          }}
        >
          <TextField
            label="Code of the quiz, or its link"
            size="l"
            value={typed}
            onValue={setTyped}
            maxlength={500}
            autocomplete="off"
            autocapitalize="characters"
          />
          {fault !== null && (
            <wa-callout variant="danger" role="alert">
              <wa-icon slot="icon" name="warning"></wa-icon>
              {fault}
            </wa-callout>
          )}
          <wa-button type="submit" variant="brand" size="l">
            <wa-icon slot="start" name="play"></wa-icon>
            Play
          </wa-button>
        </form>
        <p class="or" aria-hidden="true">
          or
        </p>
        <div class="stack">
          <wa-button appearance="outlined" loading={isMaking} onClick={() => void host()}>
            <wa-icon slot="start" name="crown"></wa-icon>
            Host a quiz
          </wa-button>
          <wa-switch
            checked={isPrivate}
            hint="Only people with its link can come in."
            onChange={(event) => setPrivate(event.currentTarget.checked)}
          >
            Private room
          </wa-switch>
        </div>
        <OtherPages here="/quiz" />
      </main>
    </div>
  )
}
