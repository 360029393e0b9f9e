import type { RoomLink } from '../shell/room-link.js'
import { roomLink, roomLinkIn, parseTypedLink } from '../shell/room-link.js'

/**
 * Where a link leads: `/connect-four/CODE` to a game, `/connect-four` to the start. A code is that of a room, or the whole
 * id of a room without a code (`game_…`, as programs get it).
 */
export type GameAddress =
  | { readonly type: 'start' }
  | ({ readonly type: 'game' } & RoomLink)
  /** the code of the link is invalid */
  | { readonly type: 'no-room'; readonly code: string }

const roomName = /^[A-Za-z0-9\-_.:]{1,128}$/

export const isGameCode = (code: string): boolean => roomName.test(code)

export const gameAddressIn = (url: URL): GameAddress => {
  const { code, token } = roomLinkIn('connect-four', url)
  if (code === '') return { type: 'start' }
  return isGameCode(code) ? { type: 'game', code, token } : { type: 'no-room', code }
}

export const parseTypedGame = (text: string): RoomLink => parseTypedLink('connect-four', text)

export const gameLink = (origin: string, to: RoomLink): string => roomLink(origin, 'connect-four', to)
