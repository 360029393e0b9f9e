import type { RoomRules } from '../../domain/room/index.js'
import type { IceRenewal } from '../ice/ice-renewal.js'

/** What the dialects tell and make rooms with. */
export interface RoomSettings {
  readonly rules: RoomRules
  readonly ice: IceRenewal
}
