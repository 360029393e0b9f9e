import { message } from '../define-protocol.js'
import { nothing } from '../schemas.js'
import * as messages from './messages.js'

export const incoming = {
  'emergency-access': message({
    summary: 'Gives this user the rights of `admin` for a limited time; every operator is alerted',
    access: 'staff',
    payload: messages.emergencyAccess,
    reply: messages.emergencyAccessGranted,
    handle: (context, { reason }) => {
      context.noteForAudit({ statement: reason })
      return context.operator.takeEmergencyAccess(reason)
    },
  }),
  'admin:room': message({
    summary: 'Returns the state of a room and its last 100 events, without secrets',
    access: 'operator',
    payload: messages.room,
    reply: messages.inspectedRoom,
    handle: (context, { room }) => {
      context.noteForAudit({ room })
      return context.operator.inspectRoom(room)
    },
  }),
  'admin:revoke': message({
    summary: 'Refuses every token of the user that was issued until now, and closes its connections',
    access: 'operator',
    payload: messages.revoke,
    reply: nothing,
    handle: (context, { userId }) => {
      context.noteForAudit({ target: userId })
      return context.operator.revokeUser(userId)
    },
  }),
}
