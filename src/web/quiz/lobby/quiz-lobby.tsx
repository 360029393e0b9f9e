import { useState } from 'preact/hooks'
import { InputError, Lobby, Or, PrivateSwitch } from '../../shell/lobby.js'
import { codeRule, isRoomCode } from '../../shell/room-link.js'
import { TextField } from '../../shell/text-field.js'
import { useRoomCreation } from '../../shell/use-room-creation.js'
import { parseTypedQuiz, type QuizLink } from '../address.js'

interface QuizLobbyProps {
  /** the invalid code of the link that led here */
  readonly wrongCode: string | null
  readonly onGo: (to: QuizLink) => void
}

export const QuizLobby = ({ wrongCode, onGo }: QuizLobbyProps) => {
  const [codeText, setCodeText] = useState(wrongCode ?? '')
  const [isPrivate, setPrivate] = useState(false)
  const { isCreating, errorText, setErrorText, create } = useRoomCreation(
    wrongCode === null ? null : codeRule,
  )

  const host = async (): Promise<void> => {
    const room = await create({ private: isPrivate })
    if (room === null) return
    onGo({ code: room.code, as: 'host', token: room.token })
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
          const { code, token } = parseTypedQuiz(codeText)
          if (!isRoomCode(code)) return setErrorText(codeRule)
          onGo({ code, as: 'player', token })
        }}
      >
        <TextField
          label="Code of the quiz, or its link"
          size="l"
          value={codeText}
          onValue={setCodeText}
          maxlength={500}
          autocomplete="off"
          autocapitalize="characters"
        />
        <InputError text={errorText} />
        <wa-button type="submit" variant="brand" size="l">
          <wa-icon slot="start" name="play"></wa-icon>
          Play
        </wa-button>
      </form>
      <Or />
      <div class="stack">
        <wa-button appearance="outlined" loading={isCreating} onClick={() => void host()}>
          <wa-icon slot="start" name="crown"></wa-icon>
          Host a quiz
        </wa-button>
        <PrivateSwitch checked={isPrivate} onChange={setPrivate} />
      </div>
    </Lobby>
  )
}
