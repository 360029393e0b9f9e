import { roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../src/domain/room/index.js'
import { hasJoined, hasLeft, person, testRoom } from '../../kit/index.js'
import type { Scene, SceneOptions } from './scene.js'
import { sceneOf } from './scene.js'

export const main = testRoom
export const other = roomId('other')

const ann = person('Ann')
export const bob = person('Bob')
export const comes = (who = ann): RoomEvent => hasJoined(who, 'party', 'user')
export const goes = (who = ann): RoomEvent => hasLeft(who, 'party', 'user', 'left')

export const hourMs = 60 * 60 * 1_000
export const dayMs = 24 * hourMs

/** A scene with a process that runs. */
export const begun = async (options: SceneOptions = {}): Promise<Scene> => {
  const scene = sceneOf(options)
  await scene.begin()
  return scene
}

/** What of a room has reached the receiver, repeats and all, by the places in its log. */
export const seqs = ({ posts }: Scene, room = main): ReadonlyArray<number> =>
  posts.filter((post) => post.room === room).map(({ seq }) => seq)
