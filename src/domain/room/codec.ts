import type { EventSchema } from '../kernel/activity.js'
import { lookup } from '../kernel/record.js'
import { activities, allActivities, pluginNamed } from '../activities/registry.js'
import { schemas as roomStorage } from './events.js'

const storages: Readonly<Record<string, EventSchema>> = Object.assign(
  {},
  roomStorage,
  ...Object.values(activities).map(({ schemas: storage }) => storage),
)

/** How an event type is kept; nothing for a type that this version does not know. */
export const schemaOf = (type: string): EventSchema | undefined =>
  lookup(storages, type) ?? lookup(pluginNamed(type.slice(0, type.indexOf('.')))?.schemas ?? {}, type)

/** Names how logs are folded: a snapshot that another version made has another, and is not used. */
export const fingerprint = (): string =>
  ['room/2', ...allActivities().map(({ name, foldVersion: fold }) => `${name}/${fold}`)].join(' ')
