import * as E from '#fp/Either'
import type { AuditRecord } from '../../src/application/ports/audit-trail.js'
import type { EventStore } from '../../src/application/ports/event-store.js'
import type { AuditScope } from '../../src/application/identity/audit-scope.js'

/** The scope of one request. */
export const auditScope = (request: string, rest: Partial<AuditScope> = {}): AuditScope => ({
  user: 'ann',
  isVerified: true,
  roles: ['staff'],
  address: '192.0.2.1',
  request,
  action: '/rooms command',
  target: null,
  room: null,
  emergency: undefined,
  statement: null,
  retriedCode: null,
  isRecorded: false,
  ...rest,
})

/** The whole trail of a store. Throws if the store fails. */
export const trailOf = async ({ audit }: Pick<EventStore, 'audit'>): Promise<ReadonlyArray<AuditRecord>> => {
  const records = await audit.read(0, Number.MAX_SAFE_INTEGER)()
  if (E.isLeft(records)) throw new Error(`the trail cannot be read: ${records.left.problem}`)
  return records.right
}
