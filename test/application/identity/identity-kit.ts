import * as E from '#fp/Either'
import type { Identity } from '../../../src/application/identity/identity.js'
import { createIdentity } from '../../../src/application/identity/identity.js'
import type { Principal, PrincipalHolder } from '../../../src/application/identity/principal.js'
import type { ClientLink } from '../../../src/application/ports/client-link.js'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { connectionId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { firstInstant, virtualClock } from '../../kit/virtual-clock.js'

/** A link that notes what it was told, and when. */
export interface NotingLink extends ClientLink {
  readonly holder: PrincipalHolder
  readonly events: Array<readonly [atMs: number, event: string, payload: unknown]>
}

export interface IdentityScene {
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly identity: Identity
  readonly rolesChanged: Array<ClientLink>
  readonly open: (principal: Principal, place?: { namespace?: string; transport?: object }) => NotingLink
  /** Another process on the same store. */
  readonly restart: () => Promise<IdentityScene>
}

export const emergencyAccessMs = 30 * 60_000

/** Seconds after the first instant of the virtual clock, in epoch ms. */
export const second = (seconds: number): number => firstInstant + seconds * 1_000

/** A verified user whose token lives for an hour, unless stated otherwise. */
export const user = (userId: string, changes: Partial<Principal> = {}): Principal => ({
  userId,
  name: null,
  roles: [],
  isVerified: true,
  issuedAt: second(0),
  expiresAt: second(3_600),
  ...changes,
})

export const identityScene = async (
  clock: VirtualClock = virtualClock(),
  store: EventStore = memoryEventStore(),
): Promise<IdentityScene> => {
  const rolesChanged: Array<ClientLink> = []
  const identity = createIdentity({
    clock,
    entropy: { bytes: () => new Uint8Array(32).fill(1) },
    operatorNamespace: '/admin',
    emergencyAccessMs,
    errorOf: (rejection) => rejection,
    onRolesChanged: (link) => rolesChanged.push(link),
  })
  const started = await identity.start(store.identity, store.key)
  if (E.isLeft(started)) throw new Error(started.left.problem)
  let links = 0
  return {
    clock,
    store,
    identity,
    rolesChanged,
    open: (principal, { namespace = '/', transport = {} } = {}) => {
      const link = notingLink(`link-${links++}`, namespace, transport, principal, clock, identity)
      identity.open(link, link.holder)
      return link
    },
    restart: () => identityScene(clock, store),
  }
}

const notingLink = (
  id: string,
  namespace: string,
  transport: object,
  principal: Principal,
  clock: VirtualClock,
  identity: Identity,
): NotingLink => {
  const events: NotingLink['events'] = []
  let isOpen = true
  const note = (event: string, payload: unknown): void => {
    if (isOpen) events.push([clock.now() - firstInstant, event, payload])
  }
  const link: NotingLink = {
    id: connectionId(id),
    namespace,
    transport,
    holder: { current: principal },
    events,
    isOpen: () => isOpen,
    emit: note,
    emitPaced: () => Promise.resolve(),
    uncounted: (send) => send(),
    unreadBytes: () => 0,
    drained: () => Promise.resolve(),
    confirmDelivery: () => undefined,
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    disconnect: () => {
      note('(closed)', null)
      isOpen = false
      identity.close(link)
    },
    drop: () => undefined,
  }
  return link
}
