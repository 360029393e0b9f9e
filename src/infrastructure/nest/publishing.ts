import type { Cancel } from '../../application/ports/clock.js'
import type { Delivery, Publisher } from '../../application/ports/publisher.js'
import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import type { RoomEvent, RoomModel } from '../../domain/room/index.js'

/** Several ways out as one. All are served, also when one of them fails; the first failure is passed on. */
export const composed = (publishers: ReadonlyArray<Publisher>): Publisher => {
  const [first] = publishers
  if (first !== undefined && publishers.length === 1) return first
  return {
    prepare: (record, before, after) => {
      const deliveries = publishers.map((publisher) => publisher.prepare(record, before, after))
      return () => deliverAll(deliveries)
    },
    ...signalledBy(publishers),
  }
}

/** Signals have one way out, or none: what goes to one member is nobody else's. */
const signalledBy = (publishers: ReadonlyArray<Publisher>): Pick<Publisher, 'signal'> => {
  const [signal, another] = publishers.flatMap((publisher) => publisher.signal ?? [])
  if (another !== undefined)
    throw new Error('Two publishers pass on signals; a signal goes to one member once')
  return signal === undefined ? {} : { signal }
}

const deliverAll = (deliveries: ReadonlyArray<Delivery>): void => {
  let failure: { readonly error: unknown } | undefined
  for (const deliver of deliveries) {
    try {
      deliver()
    } catch (error) {
      failure ??= { error }
    }
  }
  if (failure !== undefined) throw failure.error
}

/** What is told to others once it is durable, in each room's order. */
interface Feed<Told> {
  readonly publisher: Publisher
  readonly subscribe: (listener: (told: Told) => void) => Cancel
}

/** Every record, as an operator may see it: without what is secret. */
export type CommittedEvents = Feed<RecordedEvent<RoomEvent>>

/** Who came and who went. */
export type Attendances = Feed<MembershipChange>

export const committedEvents = (model: RoomModel): CommittedEvents =>
  feedOf((record) => model.redactEvent({ type: 'operator' }, record))

export const attendances = (): Attendances => feedOf(membershipChangeOf)

const nothing: Delivery = () => undefined

/** Where nobody listens, nothing is made. */
const feedOf = <Told>(
  toldOf: (...prepared: Parameters<Publisher['prepare']>) => Told | undefined,
): Feed<Told> => {
  const listeners = new Set<(told: Told) => void>()
  return {
    publisher: {
      prepare: (record, before, after) => {
        if (listeners.size === 0) return nothing
        const told = toldOf(record, before, after)
        if (told === undefined) return nothing
        return () => {
          for (const listener of listeners) listener(told)
        }
      },
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
