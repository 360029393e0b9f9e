import { createHmac } from 'node:crypto'
import type { RoomId, SessionKey } from '../../../domain/kernel/ids.js'

/**
 * The token of a room that this session makes without bringing one: 128 bits that nobody can guess without the store's `key`.
 * The log has only its hash, so a maker whose connection was cut before it heard its token could never be told; made from
 * the session, it is the same when it asks again.
 */
export const ownToken = (key: string, room: RoomId, session: SessionKey): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['party/1/token', room, session]))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
