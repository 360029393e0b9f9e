import { useEffect, useState } from 'preact/hooks'
import {
  connectFourClient,
  type ConnectFourClient,
  type ConnectFourState,
  type GameWish,
} from '../../../client/connect-four/connect-four-client.js'
import { toHex } from '../../../client/fairness/encoding.js'
import type { Answer, WireError } from '../../../client/wire.js'
import { browserPorts, tabStorage } from '../../shell/browser-ports.js'

export interface GameInUse {
  readonly state: ConnectFourState
  /** of what was asked for last */
  readonly error: WireError | null
  readonly forgetError: () => void
  readonly drop: (column: number) => void
  readonly resign: () => void
  /** whether it was taken */
  readonly rematch: () => Promise<boolean>
  readonly enterAgain: () => void
  readonly takeBack: () => void
  readonly leave: () => void
}

/** `crypto.randomUUID` is for pages on HTTPS alone; a game in a house’s own network may not be on one. */
const newId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16)))

const newClient = (): ConnectFourClient =>
  connectFourClient({ ...browserPorts(tabStorage()), newId, now: Date.now })

/** A game from the moment it is drawn until it is left. */
export const useGame = (wish: GameWish): GameInUse => {
  // The first wish is the page's; whatever comes later is the client's to see to.
  const [firstWish] = useState(wish)
  const [client] = useState(newClient)
  const [state, setState] = useState(client.state)
  const [error, setError] = useState<WireError | null>(null)

  useEffect(() => {
    const stop = client.subscribe(setState)
    client.enter(firstWish)
    return stop
  }, [client, firstWish])

  const succeeded = (answer: Answer<object>): boolean => {
    setError(answer.success ? null : answer.error)
    return answer.success
  }

  return {
    state,
    error,
    forgetError: () => setError(null),
    drop: (column) => void client.drop(column).then(succeeded),
    resign: () => void client.resign().then(succeeded),
    rematch: async () => succeeded(await client.rematch()),
    enterAgain: client.enterAgain,
    takeBack: client.takeBack,
    leave: client.leave,
  }
}
