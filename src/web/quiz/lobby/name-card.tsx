import { useState } from 'preact/hooks'
import { LobbyCard } from '../../shell/lobby.js'
import { TextField } from '../../shell/text-field.js'

interface NameCardProps {
  readonly code: string
  readonly name: string
  readonly onName: (name: string) => void
}

const maxNameLength = 40

export const NameCard = ({ code, name, onName }: NameCardProps) => {
  const [value, setValue] = useState(name)
  const [errorText, setErrorText] = useState<string | null>(null)
  return (
    <LobbyCard>
      <h1>
        Play in <span class="code">{code.toUpperCase()}</span>
      </h1>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          const trimmed = value.trim()
          if (trimmed === '') return setErrorText('Type a name first: the table needs one for you.')
          if (!trimmed.isWellFormed())
            return setErrorText('This name contains a broken character. Type it again.')
          onName(trimmed)
        }}
      >
        <TextField
          label="Your name"
          hint="Everybody in the quiz sees it."
          size="l"
          value={value}
          onValue={(text) => {
            setValue(text)
            setErrorText(null)
          }}
          maxlength={maxNameLength}
          autocomplete="nickname"
          autofocus
        />
        <p class="fault" role="alert">
          {errorText}
        </p>
        <wa-button type="submit" variant="brand" size="l">
          Come in
        </wa-button>
      </form>
    </LobbyCard>
  )
}
