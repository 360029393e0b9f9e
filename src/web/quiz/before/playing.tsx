import { useState } from 'preact/hooks'
import { tabStorage } from '../../../client/client-ports.js'
import { keep, kept } from '../../shell/kept.js'
import { roomOf } from '../../shell/room-link.js'
import type { AtQuiz } from '../address.js'
import { PlayerPage } from '../play/player-page.js'
import { Goodbye } from './goodbye.js'
import { NameCard } from './name-card.js'
import { keepName, nameIn, userIdIn } from './own-names.js'

type Phase =
  | { readonly type: 'before' }
  | { readonly type: 'in'; readonly name: string }
  | { readonly type: 'after' }

/** A player's way through a quiz: the name, the quiz, goodbye. */
export const Playing = ({ address: { code, token } }: { readonly address: AtQuiz }) => {
  const [storage] = useState(tabStorage)
  const [phase, setPhase] = useState<Phase>(() => {
    const name = nameIn(storage, code)
    return name === null ? { type: 'before' } : { type: 'in', name }
  })

  const comeIn = (name: string): void => {
    keep('name', name)
    keepName(storage, code, name)
    setPhase({ type: 'in', name })
  }

  switch (phase.type) {
    case 'before':
      return <NameCard code={code} name={kept('name') ?? ''} onName={comeIn} />
    case 'in':
      return (
        <PlayerPage
          code={code}
          options={{
            room: roomOf(code),
            as: 'player',
            name: phase.name,
            userId: userIdIn(storage),
            ...(token !== null && { token }),
          }}
          onLeave={() => {
            keepName(storage, code, null)
            setPhase({ type: 'after' })
          }}
        />
      )
    case 'after':
      return <Goodbye onBack={() => setPhase({ type: 'before' })} />
  }
}
