import { useState } from 'preact/hooks'
import { Fault, Lobby, Or } from '../../shell/lobby.js'
import { PrivateSwitch } from '../../shell/private-switch.js'
import { codeRule, isRoomCode } from '../../shell/room-link.js'
import { TextField } from '../../shell/text-field.js'
import { useMaking } from '../../shell/use-making.js'
import { typedQuiz, type AtQuiz } from '../address.js'

interface QuizLobbyProps {
  /** a link led here whose code no room can have */
  readonly wrongCode: string | null
  readonly onGo: (to: AtQuiz) => void
}

export const QuizLobby = ({ wrongCode, onGo }: QuizLobbyProps) => {
  const [typed, setTyped] = useState(wrongCode ?? '')
  const [isPrivate, setPrivate] = useState(false)
  const { isMaking, fault, setFault, make } = useMaking(wrongCode === null ? null : codeRule)

  const host = async (): Promise<void> => {
    const made = await make({ private: isPrivate })
    if (made === null) return
    onGo({ code: made.code, as: 'host', token: made.token })
  }

  return (
    <Lobby
      here="/quiz"
      title="A quiz for everybody in the room."
      lead="Questions on the big screen, answers on the phone. Right counts, and quick counts."
    >
      <form
        class="stack tight"
        onSubmit={(event) => {
          event.preventDefault()
          const { code, token } = typedQuiz(typed)
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
        <Fault words={fault} />
        <wa-button type="submit" variant="brand" size="l">
          <wa-icon slot="start" name="play"></wa-icon>
          Play
        </wa-button>
      </form>
      <Or />
      <div class="stack">
        <wa-button appearance="outlined" loading={isMaking} onClick={() => void host()}>
          <wa-icon slot="start" name="crown"></wa-icon>
          Host a quiz
        </wa-button>
        <PrivateSwitch checked={isPrivate} onChange={setPrivate} />
      </div>
    </Lobby>
  )
}
