import { useState } from 'preact/hooks'
import { tabStorage } from '../../../client/client-ports.js'
import { storeValue, storedValue } from '../../shell/browser-storage.js'
import { roomIdOf } from '../../shell/room-link.js'
import type { QuizLink } from '../address.js'
import { PlayerPage } from '../play/player-page.js'
import { Goodbye } from '../../shell/goodbye.js'
import { NameCard } from './name-card.js'
import { storeName, storedName, ownUserId } from './player-identity.js'

type Phase =
  | { readonly type: 'before' }
  | { readonly type: 'in'; readonly name: string }
  | { readonly type: 'after' }

/** A player's way through a quiz: the name, the quiz, goodbye. */
export const PlayerApp = ({ address: { code, token } }: { readonly address: QuizLink }) => {
  const [storage] = useState(tabStorage)
  const [phase, setPhase] = useState<Phase>(() => {
    const name = storedName(storage, code)
    return name === null ? { type: 'before' } : { type: 'in', name }
  })

  const enter = (name: string): void => {
    storeValue('name', name)
    storeName(storage, code, name)
    setPhase({ type: 'in', name })
  }

  switch (phase.type) {
    case 'before':
      return <NameCard code={code} name={storedValue('name') ?? ''} onName={enter} />
    case 'in':
      return (
        <PlayerPage
          code={code}
          options={{
            room: roomIdOf(code),
            as: 'player',
            name: phase.name,
            userId: ownUserId(storage),
            ...(token !== null && { token }),
          }}
          onLeave={() => {
            storeName(storage, code, null)
            setPhase({ type: 'after' })
          }}
        />
      )
    case 'after':
      return (
        <Goodbye
          title="You have left the quiz."
          note="Your points stay in its table."
          another={{ href: '/quiz', text: 'Another quiz' }}
          onReturn={() => setPhase({ type: 'before' })}
        />
      )
  }
}
