import type { Cancel } from '../../application/ports/clock.js'
import type { Delivery, Publisher } from '../../application/ports/publisher.js'
import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import type { RoomEvent, RoomModel } from '../../domain/room/index.js'

/** Publishes to all; if some of them throw, the others still run, and the first error is thrown at the end. */
export const combinePublishers = (publishers: ReadonlyArray<Publisher>): Publisher => {
  const [first] = publishers
  if (first !== undefined && publishers.length === 1) return first
  return {
    prepare: (record, before, after) => {
      const deliveries = publishers.map((publisher) => publisher.prepare(record, before, after))
      return () => deliverAll(deliveries)
    },
    ...signalOf(publishers),
  }
}

/** At most one publisher sends signals, because a signal is sent to its member once. */
const signalOf = (publishers: ReadonlyArray<Publisher>): Pick<Publisher, 'signal'> => {
  const [signal, another] = publishers.flatMap((publisher) => publisher.signal ?? [])
  if (another !== undefined) throw new Error('Two publishers send signals; remove `signal` from one of them')
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

/** Passes on durable items to its listeners, in each room's order. */
interface Feed<Item> {
  readonly publisher: Publisher
  readonly subscribe: (listener: (item: Item) => void) => Cancel
}

/** Every recorded event without its secret fields. */
export type CommittedEvents = Feed<RecordedEvent<RoomEvent>>

/** The first entry and the last departure of every member. */
export type MembershipChanges = Feed<MembershipChange>

export const committedEvents = (model: RoomModel): CommittedEvents =>
  feedOf((record) => model.redactEvent({ type: 'operator' }, record))

export const membershipChanges = (): MembershipChanges => feedOf(membershipChangeOf)

const noDelivery: Delivery = () => undefined

/** Without listeners no item is created. */
const feedOf = <Item>(
  itemOf: (...prepared: Parameters<Publisher['prepare']>) => Item | undefined,
): Feed<Item> => {
  const listeners = new Set<(item: Item) => void>()
  return {
    publisher: {
      prepare: (record, before, after) => {
        if (listeners.size === 0) return noDelivery
        const item = itemOf(record, before, after)
        if (item === undefined) return noDelivery
        return () => {
          for (const listener of listeners) listener(item)
        }
      },
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
