import type { Storage } from '../../kernel/activity.js'
import type { Fact } from '../../kernel/domain-event.js'

/** What a module of the clients' own said. The engine does not know what it means. */
export type RelayEvent = Fact<
  'relay.event',
  { readonly module: string; readonly event: string; readonly payload: unknown }
>

export const storage: Readonly<Record<RelayEvent['type'], Storage>> = {
  'relay.event': { v: 1, personal: ['payload'] },
}
