import { useState } from 'preact/hooks'

interface CreatedRoom {
  readonly room: string
  readonly code: string
  readonly token: string | null
}

const createdRoom = (answer: unknown): CreatedRoom | null => {
  if (typeof answer !== 'object' || answer === null || !('roomId' in answer) || !('roomCode' in answer))
    return null
  const { roomId, roomCode } = answer
  if (typeof roomId !== 'string' || typeof roomCode !== 'string') return null
  const token = 'joinToken' in answer && typeof answer.joinToken === 'string' ? answer.joinToken : null
  return { room: roomId, code: roomCode, token }
}

/** `POST /rooms`: a room with a code of its own. A private room is entered with its token alone. */
const createRoom = async (options: { readonly private: boolean }): Promise<CreatedRoom | null> => {
  try {
    const response = await fetch('/rooms', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(options),
    })
    if (!response.ok) return null
    const room = createdRoom(await response.json())
    return options.private && room?.token === null ? null : room
  } catch {
    return null
  }
}

/** A room that is created by a button, and the error of that, or of what was typed beside it. */
export interface RoomCreation {
  readonly isCreating: boolean
  readonly errorText: string | null
  readonly setErrorText: (text: string | null) => void
  /** `null` if it failed; then `errorText` is set */
  readonly create: (options: { readonly private: boolean }) => Promise<CreatedRoom | null>
}

export const useRoomCreation = (initialErrorText: string | null = null): RoomCreation => {
  const [isCreating, setCreating] = useState(false)
  const [errorText, setErrorText] = useState(initialErrorText)
  return {
    isCreating,
    errorText,
    setErrorText,
    create: async (options) => {
      setErrorText(null)
      setCreating(true)
      const room = await createRoom(options)
      setCreating(false)
      if (room === null) setErrorText('The room could not be made. Check that you are online, and try again.')
      return room
    },
  }
}
