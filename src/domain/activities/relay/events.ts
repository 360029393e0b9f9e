import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'

/** An event of a module that only the clients know. */
export type RelayEvent = DomainEvent<
  'relay.event',
  { readonly module: string; readonly event: string; readonly payload: unknown }
>

export const schemas: Readonly<Record<RelayEvent['type'], EventSchema>> = {
  'relay.event': { v: 1, personalPaths: ['payload'] },
}
