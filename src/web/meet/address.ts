import type { RoomLink } from '../shell/room-link.js'
import { isRoomCode, roomLink, roomLinkIn, parseTypedLink } from '../shell/room-link.js'

/** Where a link leads: `/meet/CODE` to a call, `/meet` to the field for a code. */
export type MeetAddress =
  | { readonly type: 'lobby' }
  | ({ readonly type: 'call' } & RoomLink)
  /** the code of the link is invalid */
  | { readonly type: 'no-room'; readonly code: string }

export const meetAddressIn = (url: URL): MeetAddress => {
  const { code, token } = roomLinkIn('meet', url)
  if (code === '') return { type: 'lobby' }
  return isRoomCode(code) ? { type: 'call', code, token } : { type: 'no-room', code }
}

export const parseTypedCall = (text: string): RoomLink => parseTypedLink('meet', text)

export const meetLink = (origin: string, to: RoomLink): string => roomLink(origin, 'meet', to)
