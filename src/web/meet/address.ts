/**
 * Where a link leads: `/meet/CODE` to a call, `/meet` to the field for a code. The token of a private room is in the
 * fragment (`#token=…`), which browsers send to no server.
 */
export type MeetAddress =
  | { readonly type: 'lobby' }
  | { readonly type: 'call'; readonly code: string; readonly token: string | null }
  /** a link whose code no room can have */
  | { readonly type: 'no-room'; readonly code: string }

const roomCode = /^[A-Za-z0-9-]{1,32}$/

export const isRoomCode = (code: string): boolean => roomCode.test(code)

/** People paste whole links where a code is asked for. */
export const codeIn = (typed: string): string => /\/meet\/([^/?#\s]+)/.exec(typed)?.[1] ?? typed.trim()

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const meetAddressIn = (url: URL): MeetAddress => {
  const code = decoded(/^\/meet\/([^/]+)$/.exec(url.pathname)?.[1] ?? '')
  if (code === '') return { type: 'lobby' }
  if (!isRoomCode(code)) return { type: 'no-room', code }
  const token = new URLSearchParams(url.hash.slice(1)).get('token')
  return { type: 'call', code, token: token === '' ? null : token }
}

export const meetLink = (origin: string, code: string, token: string | null): string =>
  `${origin}/meet/${code}${token === null ? '' : `#token=${encodeURIComponent(token)}`}`
