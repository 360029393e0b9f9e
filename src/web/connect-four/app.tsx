import { useState } from 'preact/hooks'
import { keep, kept } from '../shell/kept.js'
import { roomOf, type RoomLink } from '../shell/room-link.js'
import { gameAddressIn, gameLink } from './address.js'
import { JoinCard } from './before/join-card.js'
import { StartPage, type Setup } from './before/start-page.js'
import { GamePage } from './game/game-page.js'

const start = (): void => location.assign('/connect-four')

const optionsOf = ({ code, token }: RoomLink, name: string, setup: Setup | null) => ({
  room: roomOf(code),
  ...(name !== '' && { name }),
  ...(token !== null && { token }),
  ...(setup === null ? { type: 'join' as const } : { type: 'create' as const, ...setup }),
})

export const App = () => {
  const [address, setAddress] = useState(() => gameAddressIn(new URL(location.href)))
  const [name, setName] = useState(kept('name'))
  /** what was chosen on this page; nothing where a link led to the game */
  const [setup, setSetup] = useState<Setup | null>(null)

  const rename = (next: string): void => {
    keep('name', next)
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
  if (name === null) return <JoinCard code={address.code} onJoin={rename} />
  return (
    <GamePage
      code={address.code}
      token={address.token}
      options={optionsOf(address, name, setup)}
      onLeave={start}
    />
  )
}
