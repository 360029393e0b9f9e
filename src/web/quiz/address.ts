/**
 * Where a link leads: `/quiz/CODE` to play, `/quiz/CODE?host` to host, `/quiz` to the start. The token of a private room is
 * in the fragment (`#token=…`), which browsers send to no server.
 */
export type QuizAddress =
  | { readonly type: 'lobby' }
  | {
      readonly type: 'quiz'
      readonly code: string
      readonly as: 'host' | 'player'
      readonly token: string | null
    }
  /** a link whose code no room can have */
  | { readonly type: 'no-room'; readonly code: string }

export type AtQuiz = Extract<QuizAddress, { type: 'quiz' }>

const roomCode = /^[A-Za-z0-9-]{1,32}$/

export const isRoomCode = (code: string): boolean => roomCode.test(code)

/** People paste whole links where a code is asked for; the token of a private room is part of those. */
export const typedAddress = (typed: string): { readonly code: string; readonly token: string | null } => {
  const [, code = typed.trim(), rest = ''] = /\/quiz\/([^/?#\s]+)(\S*)/.exec(typed) ?? []
  const [, hash = ''] = rest.split('#', 2)
  return { code, token: tokenIn(hash) }
}

const tokenIn = (hash: string): string | null => {
  const token = new URLSearchParams(hash).get('token')
  return token === '' ? null : token
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const quizAddressIn = (url: URL): QuizAddress => {
  const code = decoded(/^\/quiz\/([^/]+)$/.exec(url.pathname)?.[1] ?? '')
  if (code === '') return { type: 'lobby' }
  if (!isRoomCode(code)) return { type: 'no-room', code }
  const as = url.searchParams.has('host') ? 'host' : 'player'
  return { type: 'quiz', code, as, token: tokenIn(url.hash.slice(1)) }
}

export const quizLink = (origin: string, { code, as, token }: Omit<AtQuiz, 'type'>): string =>
  `${origin}/quiz/${code}${as === 'host' ? '?host' : ''}${
    token === null ? '' : `#token=${encodeURIComponent(token)}`
  }`

/** A code and its room are written alike, whatever the case: `ABC1` is the room `room_abc1`. */
export const roomOf = (code: string): string => `room_${code.toLowerCase()}`
