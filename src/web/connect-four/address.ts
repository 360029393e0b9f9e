/**
 * Where a link leads: `/connect-four/CODE` to a game, `/connect-four` to the start. A code is that of a room, in any case,
 * or a room's whole name where that is not made of a code (`game_…`, as programs get them). The token of a private game is
 * in the fragment (`#token=…`), which browsers send to no server.
 */
export type GameAddress =
  | { readonly type: 'start' }
  | { readonly type: 'game'; readonly code: string; readonly token: string | null }
  /** a link whose code no room can have */
  | { readonly type: 'no-room'; readonly code: string }

const roomCode = /^[A-Za-z0-9-]{1,32}$/
const roomName = /^[A-Za-z0-9\-_.:]{1,128}$/

export const isGameCode = (code: string): boolean => roomName.test(code)

/** As the server has it for all rooms with a code: `ABC123` and `abc123` are one room. */
export const roomOf = (code: string): string => (roomCode.test(code) ? `room_${code.toLowerCase()}` : code)

/** People paste whole links where a code is asked for. */
export const gameIn = (typed: string): { readonly code: string; readonly token: string | null } => {
  const [, code, fragment = ''] = /\/connect-four\/([^/?#\s]+)[^#\s]*(?:#(\S*))?/.exec(typed) ?? []
  return code === undefined
    ? { code: typed.trim(), token: null }
    : { code: decoded(code), token: tokenIn(fragment) }
}

export const gameAddressIn = (url: URL): GameAddress => {
  const code = decoded(/^\/connect-four\/([^/]+)$/.exec(url.pathname)?.[1] ?? '')
  if (code === '') return { type: 'start' }
  if (!isGameCode(code)) return { type: 'no-room', code }
  return { type: 'game', code, token: tokenIn(url.hash.slice(1)) }
}

export const gameLink = (origin: string, code: string, token: string | null): string =>
  `${origin}/connect-four/${code}${token === null ? '' : `#token=${encodeURIComponent(token)}`}`

const tokenIn = (fragment: string): string | null => {
  const token = new URLSearchParams(fragment).get('token')
  return token === '' ? null : token
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
