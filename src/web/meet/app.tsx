import { useEffect, useState } from 'preact/hooks'
import { Goodbye } from '../shell/goodbye.js'
import { storeValue, storedValue } from '../shell/browser-storage.js'
import type { RoomLink } from '../shell/room-link.js'
import { meetAddressIn, meetLink } from './address.js'
import { GreenRoom } from './lobby/green-room.js'
import { MeetLobby } from './lobby/meet-lobby.js'
import { CallPage } from './call/call-page.js'
import { levelMeter } from '../media/level-meter.js'
import { newOwnDevices } from '../media/own-devices.js'

const go = (to: RoomLink): void => location.assign(meetLink(location.origin, to))

type Phase = 'before' | 'in-call' | 'after'

export const App = () => {
  const [address] = useState(() => meetAddressIn(new URL(location.href)))
  switch (address.type) {
    case 'lobby':
      return <MeetLobby wrongCode={null} onGo={go} />
    case 'no-room':
      return <MeetLobby wrongCode={address.code} onGo={go} />
    case 'call':
      return <Meeting code={address.code} token={address.token} />
  }
}

const Meeting = ({ code, token }: RoomLink) => {
  const [phase, setPhase] = useState<Phase>('before')
  const [name, setName] = useState(storedValue('name') ?? '')
  const [devices] = useState(newOwnDevices)
  const [meter] = useState(levelMeter)

  useEffect(() => {
    const end = (): void => {
      devices.end()
      meter.end()
    }
    // A page from the back/forward cache has lost its call, and starts again.
    const reloadIfCached = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) location.reload()
    }
    addEventListener('pagehide', end)
    addEventListener('pageshow', reloadIfCached)
    return () => {
      removeEventListener('pagehide', end)
      removeEventListener('pageshow', reloadIfCached)
      end()
    }
  }, [devices, meter])

  switch (phase) {
    case 'before':
      return (
        <GreenRoom
          code={code}
          name={name}
          devices={devices}
          meter={meter}
          onJoin={(newName) => {
            storeValue('name', newName)
            setName(newName)
            setPhase('in-call')
          }}
        />
      )
    case 'in-call':
      return (
        <CallPage
          call={{ roomCode: code, ...(name !== '' && { name }), ...(token !== null && { token }) }}
          devices={devices}
          meter={meter}
          onLeave={() => {
            devices.end()
            meter.end()
            setPhase('after')
          }}
        />
      )
    case 'after':
      return (
        <Goodbye
          title="You have left the call."
          note="Your camera and your microphone are off."
          another={{ href: '/meet', text: 'Another call' }}
          onReturn={() => location.reload()}
        />
      )
  }
}
