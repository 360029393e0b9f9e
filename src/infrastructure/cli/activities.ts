import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { registerPlugin } from '../../domain/activities/registry.js'
import type { AnyActivityPlugin } from '../../domain/kernel/activity-plugin.js'
import { problemOf } from '../../application/engine/query-store.js'
import { Failure } from './failure.js'

/**
 * Registers the activities that a module of an application exports, until what it gives is called. Without them nobody can
 * read a log that they have written, or know what it hides.
 */
export const inviteFrom = async (file: string): Promise<() => void> => {
  const guests = Object.values(await exportsOf(file)).filter(isGuest)
  if (guests.length === 0) throw new Failure(`${file} exports no activity: name the module that does`)
  const dismissals: Array<() => void> = []
  for (const guest of guests) dismissals.push(invited(guest, file))
  return () => {
    for (const dismiss of dismissals) dismiss()
  }
}

const exportsOf = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new Failure(`${file} cannot be loaded: ${problemOf(error)}`)
  }
}

const invited = (guest: AnyActivityPlugin, file: string): (() => void) => {
  try {
    return registerPlugin(guest)
  } catch (error) {
    throw new Failure(`${file}: ${problemOf(error)}`)
  }
}

/** A module may export other things, too. The type says the rest: whoever is loaded here could do anything anyway. */
const isGuest = (value: unknown): value is AnyActivityPlugin =>
  typeof value === 'object' &&
  value !== null &&
  'commandDecoders' in value &&
  'schemas' in value &&
  'name' in value &&
  'redactEvent' in value &&
  typeof value.redactEvent === 'function'
