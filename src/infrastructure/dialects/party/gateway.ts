import { Inject } from '@nestjs/common'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import { activityFor } from '../../../domain/activities/registry.js'
import { lookup } from '../../../domain/kernel/record.js'
import { viewFor } from '../../../domain/room/index.js'
import type { Connection } from '../../connections/connection.js'
import type { Hub } from '../../connections/hub.js'
import { HUB } from '../../nest/tokens.js'
import type { Reply } from '../../transport/reply.js'
import type { Handled, HandledInTurn } from '../answers.js'
import { asking, inTurn, refusing, withPayload } from '../answers.js'
import { decoded } from '../schemas.js'
import { activityRequest } from './messages.js'

/**
 * Rooms with activity modules, on `/`. So far what a member asks of the room in which it is: the state of one activity,
 * as it may see it.
 *
 * ```ts
 * await socket.emitWithAck('join-activity-request', { activity: 'random-picker' })
 * // { success: true, activity: 'random-picker', state: { draws, phase, lastDrawNo } }
 * ```
 *
 * Of the random picker: `draws` are the last twenty that are over, oldest first, each
 * `{ drawNo, drawId, at, members, winner, cancelled }` with `members` their number and `winner` `{ id, name }` or
 * `null`; `phase` is `{ type: 'committed', next: { drawNo, commitment, contributions } }` or
 * `{ type: 'running', draw: { drawId, drawNo, members, tick, index, startedAt, … } }`.
 */
@WebSocketGateway({ namespace: '/' })
export class PartyGateway {
  constructor(@Inject(HUB) private readonly hub: Hub) {}

  @SubscribeMessage('join-activity-request')
  requestActivity(socket: Socket, payload: unknown): HandledInTurn {
    const event = 'join-activity-request'
    return withPayload(this.hub, event, decoded(activityRequest, payload), ({ activity }) => {
      const connection = this.hub.connectionOf(socket)
      return inTurn(connection, () => this.stateOf(connection, event, activity))
    })
  }

  private stateOf({ current, memberships }: Connection, event: string, activity: string): Handled {
    const { hub } = this
    const room = current.get('party') ?? current.get('picker')
    const by = room === undefined ? undefined : memberships.get(room)
    if (room === undefined || by === undefined) return refusing(hub, event, { type: 'not-in-room' })
    if (activityFor(activity) === undefined)
      return refusing(hub, event, { type: 'unknown-activity', activity })
    return asking(hub, event, room, { command: null, by, cause: null }, ({ state }): Reply => {
      const seen = viewFor({ type: 'member', id: by }, state)
      if (seen.phase === 'absent' || lookup(seen.members, by) === undefined) {
        return refusing(hub, event, { type: 'not-in-room' })
      }
      const module = lookup(seen.modules, activity)
      if (module?.active !== true) return refusing(hub, event, { type: 'activity-inactive', activity })
      return { success: true, activity, state: module.state }
    })
  }
}
