import type { ClientPorts } from '../../client/session-client.js'
import type { SessionStorage } from '../../client/stored-session.js'
import { socketIoConnection } from '../../client/socket-io-connection.js'

const nowhere: SessionStorage = { getItem: () => null, setItem: () => {}, removeItem: () => {} }

/** A tab keeps it over a reload, and another tab has its own. Private windows may forbid it. */
export const tabStorage = (): SessionStorage => {
  try {
    return sessionStorage
  } catch {
    return nowhere
  }
}

/** Gone with the page. */
export const pageStorage = (): SessionStorage => {
  const held = new Map<string, string>()
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  }
}

export const after = (delayMs: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, delayMs)
  return () => clearTimeout(timer)
}

/** What a client needs of a browser. */
export const browserPorts = (storage: SessionStorage): ClientPorts => ({
  connect: socketIoConnection(),
  storage,
  after,
})
