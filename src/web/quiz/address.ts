import type { RoomLink } from '../shell/room-link.js'
import { isRoomCode, roomLink, roomLinkIn, parseTypedLink } from '../shell/room-link.js'

/** Where a link leads: `/quiz/CODE` to play, `/quiz/CODE?host` to host, `/quiz` to the start. */
export type QuizAddress =
  | { readonly type: 'lobby' }
  | ({ readonly type: 'quiz'; readonly as: 'host' | 'player' } & RoomLink)
  /** the code of the link is invalid */
  | { readonly type: 'no-room'; readonly code: string }

export type QuizLink = Omit<Extract<QuizAddress, { type: 'quiz' }>, 'type'>

export const quizAddressIn = (url: URL): QuizAddress => {
  const { code, token } = roomLinkIn('quiz', url)
  if (code === '') return { type: 'lobby' }
  if (!isRoomCode(code)) return { type: 'no-room', code }
  return { type: 'quiz', code, token, as: url.searchParams.has('host') ? 'host' : 'player' }
}

export const parseTypedQuiz = (text: string): RoomLink => parseTypedLink('quiz', text)

export const quizLink = (origin: string, { as, ...to }: QuizLink): string =>
  roomLink(origin, 'quiz', to, as === 'host' ? '?host' : '')
