import { useState } from 'preact/hooks'
import { addressIn, linkTo, type Address } from './address.js'
import { PickerLobby } from './picker-lobby.js'
import { JoinCard } from './room/join-card.js'
import { RoomPage } from './room/room-page.js'
import { keep, kept } from '../shell/kept.js'

const go = (address: Address): void => {
  const { pathname, search, hash, origin } = location
  const link = new URL(linkTo(origin, address))
  const isHere = link.pathname === pathname && link.search === search && link.hash === hash
  if (isHere || link.search === search) location.reload()
  else location.assign(link)
}

/** A token in the query has been in one log already; it need not be in the next one, nor in a copied address. */
const tidyAddress = (address: Address): void => {
  if (new URLSearchParams(location.search).has('token'))
    history.replaceState(null, '', linkTo(location.origin, address))
}

export const App = () => {
  const [address] = useState(() => {
    const found = addressIn(new URL(location.href))
    tidyAddress(found)
    return found
  })
  const [name, setName] = useState(kept('name'))
  const rename = (next: string): void => {
    keep('name', next)
    setName(next)
  }

  if (address.type === 'lobby') return <PickerLobby name={name ?? ''} onName={rename} onGo={go} />
  if (name === null) return <JoinCard room={address.room} role={address.role} onJoin={rename} />
  return (
    <RoomPage
      address={address}
      name={name}
      onName={rename}
      onLeave={() => location.assign(linkTo(location.origin, { type: 'lobby' }))}
    />
  )
}
