import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AnyActivity } from '../../domain/kernel/activity.js'
import type { RoomModel } from '../../domain/room/index.js'
import { roomModel } from '../../plugins.js'
import { problemOf } from '../../application/engine/query-store.js'
import { Failure } from './failure.js'

/** The rules of a room with the activities that a module of an application exports: a log can be read only with those that wrote it. */
export const modelWith = async (file: string): Promise<RoomModel> => {
  const activities = Object.values(await exportsOf(file)).filter(isActivity)
  if (activities.length === 0) throw new Failure(`${file} exports no activity: name the module that does`)
  try {
    return roomModel({ activities })
  } catch (error) {
    throw new Failure(`${file}: ${problemOf(error)}`)
  }
}

const exportsOf = async (file: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    throw new Failure(`${file} cannot be loaded: ${problemOf(error)}`)
  }
}

/** A module may export other things, too. The type says the rest: whoever is loaded here could do anything anyway. */
const isActivity = (value: unknown): value is AnyActivity =>
  typeof value === 'object' &&
  value !== null &&
  'commandDecoders' in value &&
  'schemas' in value &&
  'name' in value &&
  'redactEvent' in value &&
  typeof value.redactEvent === 'function'
