import type { RateLimits } from './rate-limits.js'
import { createTokenBuckets } from './token-bucket.js'

/** The client that creates a room. */
export interface RoomCreator {
  /** Of the verified user, or else of the session; null for a program without a session. */
  readonly session: string | null
  /** From `addressKey`. */
  readonly address: string
}

/** The rate at which rooms are created (E-67): a room's log is kept for weeks, however short its use. */
export interface RoomCreation {
  /** Counts a room and returns 0, or counts none and returns the time until the creator may create one. */
  readonly take: (creator: RoomCreator) => number
  /** The number of buckets in memory. */
  readonly size: () => number
}

export const createRoomCreation = (
  { roomsPerSession, roomsPerAddress }: Pick<RateLimits, 'roomsPerSession' | 'roomsPerAddress'>,
  now: () => number,
): RoomCreation => {
  const sessions = createTokenBuckets(roomsPerSession)
  const addresses = createTokenBuckets(roomsPerAddress)
  return {
    take: ({ session, address }) => {
      const nowMs = now()
      const sessionMs = session === null ? 0 : sessions.waitMs(session, nowMs)
      const waitMs = Math.max(sessionMs, addresses.waitMs(address, nowMs))
      if (waitMs > 0) return waitMs
      if (session !== null) sessions.take(session, nowMs)
      addresses.take(address, nowMs)
      return 0
    },
    size: () => sessions.size() + addresses.size(),
  }
}
