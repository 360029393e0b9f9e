import type { RoomId } from '../../domain/kernel/ids.js'

/** `unavailable`: the append may be written, only the log knows. `corrupt`: concerns this room only, and is permanent. */
export type StoreFault =
  | { readonly type: 'unavailable'; readonly problem: string }
  | { readonly type: 'corrupt'; readonly room: RoomId; readonly seq: number; readonly problem: string }
