import type { PickerCommand } from '../../../../src/domain/activities/random-picker/index.js'
import type { RoomCommand } from '../../../../src/domain/room/index.js'
import type { RoomDriver } from '../../../kit/index.js'
import { entering, everybody, roomDriver } from '../../../kit/index.js'

const [ann, , bob, cy] = everybody

export const act = (command: PickerCommand): RoomCommand => ({
  type: 'act',
  module: 'random-picker',
  command,
})

export const start = act({ type: 'start', members: [{ name: 'Ann' }, { name: 'Bob' }, { name: 'Cléo' }] })
export const cancel = act({ type: 'cancel' })

/** Ann leads an open picker, Bob is a viewer, and Cy is a member in the native protocol. */
export const openRoom = (): RoomDriver => {
  const driver = roomDriver()
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }))
  driver.send(entering(bob, 'picker', 'viewer'))
  driver.send(entering(cy, 'native', 'member'))
  return driver
}
