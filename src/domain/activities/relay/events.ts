import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'

/** What a module of the clients' own said. The engine does not know what it means. */
export type RelayEvent = DomainEvent<
  'relay.event',
  { readonly module: string; readonly event: string; readonly payload: unknown }
>

export const schemas: Readonly<Record<RelayEvent['type'], EventSchema>> = {
  'relay.event': { v: 1, personalPaths: ['payload'] },
}
