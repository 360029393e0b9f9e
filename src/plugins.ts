import { connectFour } from './domain/activities/connect-four/index.js'
import { randomPicker } from './domain/activities/random-picker/index.js'
import { relay } from './domain/activities/relay/index.js'
import { telequiz } from './domain/activities/telequiz/index.js'
import type { AnyActivity } from './domain/kernel/activity.js'
import type { PluginList, ProtocolSpec, RoomModel } from './domain/room/index.js'
import { createRoomModel } from './domain/room/index.js'

/** The activities of this package. Another one is its folder and a line here. */
export const builtInActivities: ReadonlyArray<AnyActivity> = [randomPicker, connectFour, telequiz, relay]

/** The protocols of this package, in the order in which a member leaves them. */
export const builtInProtocols: ReadonlyArray<ProtocolSpec> = [
  {
    name: 'native',
    roles: { member: {}, peer: { takesPeerSlot: true } },
    signals: { kinds: 'all', rank: 4 },
  },
  {
    name: 'picker',
    roles: { broadcaster: { exclusive: { yieldsTo: 'viewer' }, leads: true }, viewer: {} },
    signals: { kinds: 'negotiation', rank: 2 },
  },
  { name: 'mesh', roles: { peer: { takesPeerSlot: true } }, signals: { kinds: 'negotiation', rank: 1 } },
  {
    name: 'party',
    roles: { user: { takesPeerSlot: true, onePerUser: true } },
    signals: { kinds: 'all', rank: 3 },
  },
  { name: 'connect-four', roles: { player: {}, watcher: {} }, activity: 'connect-four' },
]

/** The rules of a room with everything that this package has, and with what an application adds. */
export const roomModel = (added: Partial<PluginList> = {}): RoomModel =>
  createRoomModel({
    activities: [...builtInActivities, ...(added.activities ?? [])],
    protocols: [...builtInProtocols, ...(added.protocols ?? [])],
  })

export const builtInModel: RoomModel = roomModel()
