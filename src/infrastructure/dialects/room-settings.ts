import type { RoomRules } from '../../domain/room/index.js'

/** What the dialects tell and make rooms with. */
export interface RoomSettings {
  readonly rules: RoomRules
  readonly iceServers: ReadonlyArray<unknown>
}
