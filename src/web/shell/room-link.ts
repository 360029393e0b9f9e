/**
 * A link to a room with a code: `/PAGE/CODE`. The token of a private room is in the fragment (`#token=…`), which browsers
 * send to no server: it is in no log and no Referer.
 */
export interface RoomLink {
  readonly code: string
  readonly token: string | null
}

const roomCode = /^[A-Za-z0-9-]{1,32}$/

export const isRoomCode = (code: string): boolean => roomCode.test(code)

export const codeRule = 'A code is 1 to 32 letters, digits and dashes, without spaces.'

/** The room's id. Codes ignore case: `ABC123` and `abc123` are one room. A name that is no code is the id itself. */
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

/** The link in a page's address; with an empty code it is the page itself. */
export const roomLinkIn = (page: string, { pathname, hash }: URL): RoomLink => {
  const [, rest, code = ''] = /^\/([^/]+)\/([^/]+)$/.exec(pathname) ?? []
  return { code: rest === page ? decoded(code) : '', token: tokenIn(hash.slice(1)) }
}

/** The link in a text that was typed into the field for a code: a code, or a whole link with words around it. */
export const parseTypedLink = (page: string, typed: string): RoomLink => {
  const [, code, fragment = ''] = new RegExp(`/${page}/([^/?#\\s]+)[^#\\s]*(?:#(\\S*))?`).exec(typed) ?? []
  return code === undefined
    ? { code: typed.trim(), token: null }
    : { code: decoded(code), token: tokenIn(fragment) }
}

export const roomLink = (origin: string, page: string, { code, token }: RoomLink, query = ''): string =>
  `${origin}/${page}/${code}${query}${token === null ? '' : `#token=${encodeURIComponent(token)}`}`
