import { createHmac } from 'node:crypto'
import type { RoomId } from '../../../domain/kernel/ids.js'

/**
 * The token of a room that this session makes without bringing one: 128 bits. The log has only its hash, so a maker whose
 * connection was cut before it heard its token could never be told; made from its session's id, it is the same when it asks
 * again. It takes both: whoever has the data folder has the store's `key` and no session's id, and a client the other way round.
 */
export const ownToken = (key: string, room: RoomId, sessionId: string): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['party/1/token', room, sessionId]))
    .digest()
    .subarray(0, 16)
    .toString('base64url')
