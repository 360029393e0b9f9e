import { useState } from 'preact/hooks'
import { storeValue, storedValue } from '../shell/browser-storage.js'
import { roomIdOf, type RoomLink } from '../shell/room-link.js'
import { gameAddressIn, gameLink } from './address.js'
import { JoinCard } from '../shell/lobby.js'
import { StartPage, type Setup } from './lobby/start-page.js'
import { GamePage } from './game/game-page.js'

const start = (): void => location.assign('/connect-four')

const optionsOf = ({ code, token }: RoomLink, name: string, setup: Setup | null) => ({
  room: roomIdOf(code),
  ...(name !== '' && { name }),
  ...(token !== null && { token }),
  ...(setup === null ? { type: 'join' as const } : { type: 'create' as const, ...setup }),
})

export const App = () => {
  const [address, setAddress] = useState(() => gameAddressIn(new URL(location.href)))
  const [name, setName] = useState(storedValue('name'))
  /** `null`: a link led to the game */
  const [setup, setSetup] = useState<Setup | null>(null)

  const rename = (next: string): void => {
    storeValue('name', next)
    setName(next)
  }

  if (address.type !== 'game')
    return (
      <StartPage
        name={name ?? ''}
        wrongCode={address.type === 'no-room' ? address.code : null}
        onJoin={(to) => location.assign(gameLink(location.origin, to))}
        onStart={(chosen, ownName, { code, token }) => {
          rename(ownName)
          setSetup(chosen)
          history.pushState(null, '', gameLink(location.origin, { code, token }))
          setAddress({ type: 'game', code, token })
        }}
      />
    )
  if (name === null)
    return (
      <JoinCard
        title="You are invited to a game of Connect Four"
        hint="The others see who plays."
        icon="play"
        button="Come in"
        onJoin={rename}
      >
        Game <strong>{address.code}</strong>. If the other seat is free, it is yours; otherwise you watch.
      </JoinCard>
    )
  return (
    <GamePage
      code={address.code}
      token={address.token}
      options={optionsOf(address, name, setup)}
      onLeave={start}
    />
  )
}
