import { connectFourClient } from '../../../client/connect-four/connect-four-client.js'
import type {
  ConnectFourClient,
  ConnectFourState,
  GameOptions,
} from '../../../client/connect-four/connect-four-client.js'
import { useRoom, type RoomInUse } from '../../shell/use-room.js'

export type GameInUse = RoomInUse<ConnectFourClient, ConnectFourState>

/** A game from the first render until it is left. */
export const useGame = (options: GameOptions): GameInUse =>
  useRoom<ConnectFourState, ConnectFourClient>(connectFourClient, (client) => {
    client.join(options)
    return () => {}
  })
