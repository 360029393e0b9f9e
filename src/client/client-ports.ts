import { toHex } from './fairness/encoding.js'
import { socketIoConnection, type Connect } from './connection.js'
import type { SessionStorage } from './stored-session.js'

/** What a client needs from the platform. */
export interface ClientPorts {
  readonly connect: Connect
  readonly storage: SessionStorage
  /** runs the task once, after the delay; returns how to cancel it */
  readonly after: (delayMs: number, task: () => void) => () => void
  /** an id that no other command, move or offer has */
  readonly newId: () => string
  /** ms of a clock that only moves forward */
  readonly elapsedMs: () => number
  /** epoch ms by this device, whose clock may be wrong */
  readonly now: () => number
}

/** Everything is optional: in a browser, `{}` connects to the server that the page comes from. */
export interface ClientOptions extends Partial<ClientPorts> {
  /** the server's origin, as `https://rooms.example`; default: the page's own */
  readonly url?: string
}

// Declared here, because the SDK also compiles, and is tested, where there are no browser types.
declare const sessionStorage: SessionStorage

/** Lost with the page. */
export const memoryStorage = (): SessionStorage => {
  const values = new Map<string, string>()
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

/** A tab keeps it over a reload, and another tab has its own. Private windows may forbid it. */
export const tabStorage = (): SessionStorage => {
  try {
    return sessionStorage
  } catch {
    return memoryStorage()
  }
}

export const after = (delayMs: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, delayMs)
  return () => clearTimeout(timer)
}

/** 128 random bits. `crypto.randomUUID` is missing on pages that come by plain HTTP, as in a house's own network. */
export const newId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16)))

/** Fills in what a browser offers for each port that is left out. */
export const clientPorts = (options: ClientOptions, namespace: '/' | '/rooms' = '/'): ClientPorts => ({
  connect: options.connect ?? socketIoConnection(`${options.url?.replace(/\/$/, '') ?? ''}${namespace}`),
  storage: options.storage ?? tabStorage(),
  after: options.after ?? after,
  newId: options.newId ?? newId,
  elapsedMs: options.elapsedMs ?? (() => performance.now()),
  now: options.now ?? Date.now,
})
