import { mkdirSync, openSync, closeSync, readdirSync, rmSync, existsSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import * as E from '#fp/Either'
import type { Task } from '#fp/Task'
import type { TaskEither } from '#fp/TaskEither'

/** Why a data folder cannot be opened; `problem` is one line for whoever started the program. */
export interface OpenFault {
  readonly type: 'in-use' | 'not-found' | 'unusable'
  readonly folder: string
  readonly problem: string
}

/** Gives the folder free. */
export type Unlock = Task<void>

/**
 * Takes a folder for this process. The lock is a socket that listens in it: as long as the process lives it can be
 * connected to, and the system itself ends that when the process does, however it does, also where two containers
 * that do not see each other's processes share the folder. A lock of a dead process is a name that nobody answers.
 *
 * Everybody first listens under a name of its own, and then looks at all others: of two that come at once, at least
 * one sees the other and steps back.
 */
export const lockFolder =
  (folder: string): TaskEither<OpenFault, Unlock> =>
  async () => {
    let descriptor: number | undefined
    try {
      descriptor = openSync(folder, 'r')
      const own = `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`
      const reach = reachOf(folder, descriptor)
      const server = await listening(join(reach, own))
      const holder = await otherHolder(folder, reach, own)
      if (holder === undefined) return E.right(unlockOf(server, join(folder, own)))
      await unlockOf(server, join(folder, own))()
      return E.left({
        type: 'in-use',
        folder,
        problem: `the data folder ${folder} is in use by process ${holder}`,
      })
    } catch (error) {
      return E.left(unusable(folder, error))
    } finally {
      if (descriptor !== undefined) closeSync(descriptor)
    }
  }

/** The folder, made where it is not there yet. */
export const madeFolder = (folder: string): E.Either<OpenFault, string> =>
  E.tryCatch(
    () => {
      mkdirSync(folder, { recursive: true })
      return folder
    },
    (error) => unusable(folder, error),
  )

export const unusable = (folder: string, error: unknown): OpenFault => ({
  type: 'unusable',
  folder,
  problem: `the data folder ${folder} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
})

const prefix = 'in-use-by-'

/** A socket's address has room for some hundred bytes; through the open folder's descriptor every path is short. */
const reachOf = (folder: string, descriptor: number): string => {
  const short = `/proc/self/fd/${descriptor}`
  return existsSync(short) ? short : folder
}

const listening = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.once('error', reject)
    server.listen(path, () => resolve(server.unref()))
  })

/** Another process that holds this folder; the names that dead ones left behind are cleared away. */
const otherHolder = async (folder: string, reach: string, own: string): Promise<string | undefined> => {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || name === own) continue
    if (await answers(join(reach, name))) return name.slice(prefix.length).split('-')[0]
    rmSync(join(folder, name), { force: true })
  }
  return undefined
}

const answers = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', (error) => resolve('code' in error && !isGone(error.code)))
  })

/** Refused: nobody listens any more. Not found: its owner has cleared it away meanwhile. */
const isGone = (code: unknown): boolean => code === 'ECONNREFUSED' || code === 'ENOENT'

const unlockOf =
  (server: Server, path: string): Unlock =>
  () =>
    new Promise((resolve) => {
      server.close(() => {
        rmSync(path, { force: true })
        resolve()
      })
    })
