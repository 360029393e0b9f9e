type Made =
  | { readonly type: 'made'; readonly room: string; readonly token: string }
  | { readonly type: 'failed'; readonly words: string }

const failed: Made = {
  type: 'failed',
  words: 'The private room could not be made. Check that you are online, and try again.',
}

/** `POST /rooms`: a room that nobody enters without its token. */
export const makePrivateRoom = async (): Promise<Made> => {
  try {
    const response = await fetch('/rooms', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ private: true }),
    })
    if (!response.ok) return failed
    const made: unknown = await response.json()
    if (typeof made !== 'object' || made === null || !('roomId' in made) || !('joinToken' in made))
      return failed
    const { roomId, joinToken } = made
    return typeof roomId === 'string' && typeof joinToken === 'string'
      ? { type: 'made', room: roomId, token: joinToken }
      : failed
  } catch {
    return failed
  }
}
