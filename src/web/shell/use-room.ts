import { useEffect, useState } from 'preact/hooks'
import type { RoomStatus, StateSource } from '../../client/room-client.js'
import type { Answer, WireError } from '../../client/wire.js'

/** Where a page is in its room, whatever the protocol. */
export type PageStatus = RoomStatus<object, object>

interface PageClient<State extends { readonly status: PageStatus }> extends StateSource<State> {
  takeBack(): void
}

export interface RoomInUse<Client, State> {
  readonly client: Client
  readonly state: State
  /** of the last request */
  readonly error: WireError | null
  readonly setError: (error: WireError | null) => void
  /** shows the error of a request, if it has one; whether it has succeeded */
  readonly report: (answer: Answer<object>) => boolean
}

/**
 * A client and its state from the first render until the page goes. `start` is called once and returns how to stop, so the
 * client of the first render stays.
 */
export const useRoom = <State extends { readonly status: PageStatus }, Client extends PageClient<State>>(
  newClient: () => Client,
  start: (client: Client, setError: (error: WireError | null) => void) => () => void,
): RoomInUse<Client, State> => {
  const [client] = useState(newClient)
  const [begin] = useState(() => start)
  const [state, setState] = useState(client.state)
  const [error, setError] = useState<WireError | null>(null)

  useEffect(() => {
    const unsubscribe = client.subscribe(setState)
    const stop = begin(client, setError)
    setState(client.state())
    return () => {
      unsubscribe()
      stop()
    }
  }, [client, begin])

  return {
    client,
    state,
    error,
    setError,
    report: (answer) => {
      setError(answer.success ? null : answer.error)
      return answer.success
    },
  }
}

export const isOnline = ({ type, connection }: PageStatus): boolean =>
  type === 'joined' && connection.type === 'connected'
