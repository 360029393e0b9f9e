import { mkdirSync, openSync, closeSync, readdirSync, rmSync, existsSync } from 'node:fs'
import { createConnection, createServer } from 'node:net'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import * as E from '#fp/Either'
import type { Task } from '#fp/Task'
import type { TaskEither } from '#fp/TaskEither'
import { problemOf } from '../../../application/engine/query-store.js'

/** Why a data folder cannot be opened; `problem` is one line for the operator. */
export interface OpenFault {
  readonly type: 'in-use' | 'not-found' | 'unusable'
  readonly folder: string
  readonly problem: string
}

/** Releases the folder. */
export type Unlock = Task<void>

/**
 * Locks a folder for this process. The lock is a listening socket in the folder: the system closes it when the
 * process ends for any reason, also between containers that share only the folder. The socket file of a dead process
 * refuses connections. Each process first listens under its own name and then checks all others: of two that start
 * together, at least one sees the other and gives up.
 */
export const lockFolder =
  (folder: string): TaskEither<OpenFault, Unlock> =>
  async () => {
    let descriptor: number | undefined
    try {
      descriptor = openSync(folder, 'r')
      const own = `${prefix}${process.pid}-${randomBytes(6).toString('hex')}`
      const shortPath = shortPathOf(folder, descriptor)
      const server = await listen(join(shortPath, own))
      const holder = await findHolder(folder, shortPath, own)
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

/** Creates the folder if it does not exist. */
export const createFolder = (folder: string): E.Either<OpenFault, string> =>
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
  problem: `the data folder ${folder} cannot be used: ${problemOf(error)}`,
})

const prefix = 'in-use-by-'

/** A socket path holds about 100 bytes; through the folder's file descriptor every path is short. */
const shortPathOf = (folder: string, descriptor: number): string => {
  const short = `/proc/self/fd/${descriptor}`
  return existsSync(short) ? short : folder
}

const listen = (path: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.once('error', reject)
    server.listen(path, () => resolve(server.unref()))
  })

/** The id of another process that holds this folder. Removes the socket files of dead processes. */
const findHolder = async (folder: string, shortPath: string, own: string): Promise<string | undefined> => {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix) || name === own) continue
    if (await isListening(join(shortPath, name))) return name.slice(prefix.length).split('-')[0]
    rmSync(join(folder, name), { force: true })
  }
  return undefined
}

const isListening = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection(path)
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
    connection.once('error', (error) => resolve('code' in error && !isDead(error.code)))
  })

/** Refused: its process is dead. Not found: its owner has just removed it. */
const isDead = (code: unknown): boolean => code === 'ECONNREFUSED' || code === 'ENOENT'

const unlockOf =
  (server: Server, path: string): Unlock =>
  () =>
    new Promise((resolve) => {
      server.close(() => {
        rmSync(path, { force: true })
        resolve()
      })
    })
