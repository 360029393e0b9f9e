import type { ChooseMove } from './domain/activities/connect-four/index.js'
import { connectFour, connectFourWith } from './domain/activities/connect-four/index.js'
import { randomPicker } from './domain/activities/random-picker/index.js'
import { relay } from './domain/activities/relay/index.js'
import { telequiz } from './domain/activities/telequiz/index.js'
import type { AnyActivity } from './domain/kernel/activity.js'
import type { PluginList, RoomModel } from './domain/room/index.js'
import { createRoomModel } from './domain/room/index.js'
import { admin } from './infrastructure/protocols/admin/index.js'
import { connectFour as connectFourProtocol } from './infrastructure/protocols/connect-four/index.js'
import type { Protocol } from './infrastructure/protocols/define-protocol.js'
import { mesh } from './infrastructure/protocols/mesh/index.js'
import { native } from './infrastructure/protocols/native/index.js'
import { party } from './infrastructure/protocols/party/index.js'
import { picker } from './infrastructure/protocols/picker/index.js'

/** The activities of this package. Another one is its folder and a line here. */
export const builtInActivities: ReadonlyArray<AnyActivity> = [randomPicker, connectFour, telequiz, relay]

/** The protocols of this package, in the order in which a member leaves them. Another one is its folder and a line here. */
export const builtInProtocols: ReadonlyArray<Protocol> = [
  native,
  picker,
  mesh,
  party,
  connectFourProtocol,
  admin,
]

/** Plug-ins of an application, and what built-in ones need from outside. */
export interface RoomModelOptions extends Partial<PluginList> {
  /** Chooses the computer's moves in Connect Four. Default: none, and the computer resigns. */
  readonly chooseMove?: ChooseMove
}

/** The rules of a room with all plug-ins of this package and those of the application. */
export const roomModel = ({
  activities = [],
  protocols = [],
  chooseMove,
}: RoomModelOptions = {}): RoomModel => {
  const ownActivities =
    chooseMove === undefined
      ? builtInActivities
      : builtInActivities.map((each) => (each === connectFour ? connectFourWith(chooseMove) : each))
  return createRoomModel({
    activities: [...ownActivities, ...activities],
    protocols: [...builtInProtocols, ...protocols],
  })
}

export const builtInModel: RoomModel = roomModel()
