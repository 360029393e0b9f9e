/**
 * A link to a room with a code: `/PAGE/CODE`. The token of a private room is in the fragment (`#token=…`), which browsers
 * send to no server: it reaches no log and no Referer.
 */
export interface RoomLink {
  readonly code: string
  readonly token: string | null
}

const roomCode = /^[A-Za-z0-9-]{1,32}$/

export const isRoomCode = (code: string): boolean => roomCode.test(code)

export const codeRule = 'A code is 1 to 32 letters, digits and dashes, without spaces.'

/** As the server has it for all rooms with a code: `ABC123` and `abc123` are one room. A room's whole name stays itself. */
export const roomIdOf = (code: string): string => (isRoomCode(code) ? `room_${code.toLowerCase()}` : code)

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const tokenIn = (fragment: string): string | null => {
  const token = new URLSearchParams(fragment).get('token')
  return token === '' ? null : token
}

/** What a page's address says; an empty code is the page itself. */
export const roomLinkIn = (page: string, { pathname, hash }: URL): RoomLink => {
  const [, rest, code = ''] = /^\/([^/]+)\/([^/]+)$/.exec(pathname) ?? []
  return { code: rest === page ? decoded(code) : '', token: tokenIn(hash.slice(1)) }
}

/** What was typed where a code is asked for: people paste whole links, with words around them. */
export const parseTypedLink = (page: string, typed: string): RoomLink => {
  const [, code, fragment = ''] = new RegExp(`/${page}/([^/?#\\s]+)[^#\\s]*(?:#(\\S*))?`).exec(typed) ?? []
  return code === undefined
    ? { code: typed.trim(), token: null }
    : { code: decoded(code), token: tokenIn(fragment) }
}

export const roomLink = (origin: string, page: string, { code, token }: RoomLink, query = ''): string =>
  `${origin}/${page}/${code}${query}${token === null ? '' : `#token=${encodeURIComponent(token)}`}`
