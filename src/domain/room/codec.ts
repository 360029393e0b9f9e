import type { Storage } from '../kernel/activity.js'
import { lookup } from '../kernel/record.js'
import { activities, everyActivity, guestNamed } from '../activities/registry.js'
import { storage as roomStorage } from './events.js'

const storages: Readonly<Record<string, Storage>> = Object.assign(
  {},
  roomStorage,
  ...Object.values(activities).map(({ storage }) => storage),
)

/** How an event type is kept; nothing for a type that this version does not know. */
export const storageOf = (type: string): Storage | undefined =>
  lookup(storages, type) ?? lookup(guestNamed(type.slice(0, type.indexOf('.')))?.storage ?? {}, type)

/** Names how logs are folded: a snapshot that another version made has another, and is not used. */
export const fingerprint = (): string =>
  ['room/2', ...everyActivity().map(({ name, fold }) => `${name}/${fold}`)].join(' ')
