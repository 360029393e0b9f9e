import { useState } from 'preact/hooks'
import type { GameOptions } from '../../../client/connect-four/connect-four-client.js'
import { InputError, Lobby, NameField, Or, PrivateSwitch } from '../../shell/lobby.js'
import type { RoomLink } from '../../shell/room-link.js'
import { TextField } from '../../shell/text-field.js'
import { useRoomCreation } from '../../shell/use-room-creation.js'
import { isGameCode, parseTypedGame } from '../address.js'
import { highestLevel, levelHint, levelName, lowestLevel, usualLevel } from './levels.js'

/** The settings of a new game. */
export type Setup = Pick<Extract<GameOptions, { readonly type: 'create' }>, 'opponent' | 'first'>

const codeRule = 'A code has letters, digits and dashes, without spaces.'

interface StartPageProps {
  readonly name: string
  /** the invalid code of the link that led here */
  readonly wrongCode: string | null
  readonly onStart: (setup: Setup, name: string, room: RoomLink) => void
  readonly onJoin: (to: RoomLink) => void
}

export const StartPage = ({ name, wrongCode, onStart, onJoin }: StartPageProps) => {
  const [opponent, setOpponent] = useState<'human' | 'ai'>('human')
  const [level, setLevel] = useState(usualLevel)
  const [first, setFirst] = useState<'me' | 'them'>('me')
  const [ownName, setOwnName] = useState(name)
  const [isPrivate, setPrivate] = useState(false)
  const [codeText, setCodeText] = useState(wrongCode ?? '')
  const { isCreating, errorText, setErrorText, create } = useRoomCreation(
    wrongCode === null ? null : codeRule,
  )

  const begin = async (): Promise<void> => {
    const room = await create({ private: isPrivate })
    if (room === null) return
    const against = opponent === 'ai' ? { kind: 'ai' as const, level } : { kind: 'human' as const }
    onStart({ opponent: against, first }, ownName.trim(), room)
  }

  const join = (): void => {
    const to = parseTypedGame(codeText)
    if (isGameCode(to.code)) onJoin(to)
    else setErrorText(codeRule)
  }

  return (
    <Lobby here="/connect-four" title="Connect Four: four in a line wins.">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void begin()
        }}
      >
        <wa-radio-group
          class="choice"
          label="Play against"
          orientation="horizontal"
          value={opponent}
          onChange={({ currentTarget: { value } }) => setOpponent(value === 'ai' ? 'ai' : 'human')}
        >
          <wa-radio appearance="button" value="human">
            A friend
          </wa-radio>
          <wa-radio appearance="button" value="ai">
            The computer
          </wa-radio>
        </wa-radio-group>
        {opponent === 'human' && <p class="quiet small">You get a link to send, and a code to be scanned.</p>}
        {opponent === 'ai' && (
          <wa-slider
            label={`Level ${level}: ${levelName(level)}`}
            hint={levelHint(level)}
            min={lowestLevel}
            max={highestLevel}
            step={1}
            value={level}
            withMarkers
            valueFormatter={(value) => `Level ${value}, ${levelName(value)}`}
            onInput={({ currentTarget: { value } }) => setLevel(value)}
          ></wa-slider>
        )}
        <wa-radio-group
          class="choice"
          label="Who begins"
          orientation="horizontal"
          value={first}
          onChange={({ currentTarget: { value } }) => setFirst(value === 'them' ? 'them' : 'me')}
        >
          <wa-radio appearance="button" value="me">
            I do
          </wa-radio>
          <wa-radio appearance="button" value="them">
            {opponent === 'ai' ? 'The computer' : 'My friend'}
          </wa-radio>
        </wa-radio-group>
        <NameField hint="The others see who plays." value={ownName} onValue={setOwnName} />
        <PrivateSwitch
          checked={isPrivate}
          onChange={setPrivate}
          words="Private game"
          hint="Only people with its link can play or watch."
        />
        <InputError text={errorText} />
        <wa-button type="submit" variant="brand" size="l" loading={isCreating}>
          <wa-icon slot="start" name="play"></wa-icon>
          Start the game
        </wa-button>
      </form>
      <Or />
      <form
        class="row end"
        onSubmit={(event) => {
          event.preventDefault()
          join()
        }}
      >
        <TextField
          class="grow"
          label="Code of a game, or its link"
          value={codeText}
          onValue={setCodeText}
          maxlength={500}
          autocomplete="off"
        />
        <wa-button type="submit" appearance="outlined">
          Open
        </wa-button>
      </form>
    </Lobby>
  )
}
