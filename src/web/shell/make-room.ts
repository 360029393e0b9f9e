export type Made =
  | { readonly type: 'made'; readonly room: string; readonly code: string; readonly token: string | null }
  | { readonly type: 'failed'; readonly words: string }

const failed: Made = {
  type: 'failed',
  words: 'The room could not be made. Check that you are online, and try again.',
}

const made = (answer: unknown): Made => {
  if (typeof answer !== 'object' || answer === null || !('roomId' in answer) || !('roomCode' in answer))
    return failed
  const { roomId, roomCode } = answer
  if (typeof roomId !== 'string' || typeof roomCode !== 'string') return failed
  const token = 'joinToken' in answer && typeof answer.joinToken === 'string' ? answer.joinToken : null
  return { type: 'made', room: roomId, code: roomCode, token }
}

/** `POST /rooms`: a room with a code of its own; nobody enters a private one without its token. */
export const makeRoom = async (wanted: { readonly private: boolean }): Promise<Made> => {
  try {
    const response = await fetch('/rooms', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    })
    if (!response.ok) return failed
    const room = made(await response.json())
    return wanted.private && room.type === 'made' && room.token === null ? failed : room
  } catch {
    return failed
  }
}
