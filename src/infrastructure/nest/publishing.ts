import type { Cancel } from '../../application/ports/clock.js'
import type { Delivery, Publisher } from '../../application/ports/publisher.js'
import type { Recorded } from '../../domain/kernel/fact.js'
import type { RoomEvent } from '../../domain/room/index.js'
import { shownTo } from '../../domain/room/index.js'

/** Several ways out as one. All are served, also when one of them fails; the first failure is passed on. */
export const composed = (publishers: ReadonlyArray<Publisher>): Publisher => {
  const [first] = publishers
  if (first !== undefined && publishers.length === 1) return first
  return {
    prepare: (record, before, after) => {
      const deliveries = publishers.map((publisher) => publisher.prepare(record, before, after))
      return () => deliverAll(deliveries)
    },
  }
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

type Listener = (event: Recorded<RoomEvent>) => void

/** Tells what has become durable, in each room's order, as an operator may see it: without what is secret. */
export interface CommittedEvents {
  readonly publisher: Publisher
  readonly subscribe: (listener: Listener) => Cancel
}

const nothing: Delivery = () => undefined

export const committedEvents = (): CommittedEvents => {
  const listeners = new Set<Listener>()
  return {
    publisher: {
      prepare: (record) => {
        if (listeners.size === 0) return nothing
        const shown = shownTo({ type: 'operator' }, record)
        if (shown === undefined) return nothing
        return () => {
          for (const listener of listeners) listener(shown)
        }
      },
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
