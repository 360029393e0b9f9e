import { useState } from 'preact/hooks'
import { addressIn, linkTo, type Address } from './address.js'
import { PickerLobby } from './picker-lobby.js'
import { JoinCard } from '../shell/lobby.js'
import { RoomPage } from './room/room-page.js'
import { storeValue, storedValue } from '../shell/browser-storage.js'

const go = (address: Address): void => {
  const { pathname, search, hash, origin } = location
  const link = new URL(linkTo(origin, address))
  const isHere = link.pathname === pathname && link.search === search && link.hash === hash
  if (isHere || link.search === search) location.reload()
  else location.assign(link)
}

/** A token in the query is in a log already; removed, it gets into no other log and into no copied address. */
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
  const [name, setName] = useState(storedValue('name'))
  const rename = (next: string): void => {
    storeValue('name', next)
    setName(next)
  }

  if (address.type === 'lobby') return <PickerLobby name={name ?? ''} onName={rename} onGo={go} />
  if (name === null) {
    const leads = address.role === 'broadcaster'
    return (
      <JoinCard
        title={leads ? 'Lead a draw' : 'You are invited to a draw'}
        hint={leads ? 'Those who watch see who leads.' : 'The leader sees who is watching.'}
        icon={leads ? 'crown' : 'eye'}
        button={leads ? 'Lead the room' : 'Watch the draw'}
        onJoin={rename}
      >
        Room <strong>{address.room}</strong>
      </JoinCard>
    )
  }
  return (
    <RoomPage
      address={address}
      name={name}
      onName={rename}
      onLeave={() => location.assign(linkTo(location.origin, { type: 'lobby' }))}
    />
  )
}
