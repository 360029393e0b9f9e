/** `sessionStorage` fits: a tab keeps it over a reload, and another tab has its own. */
export interface SessionStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface SessionMemory {
  /** what the handshake sends: nothing, if nothing is known */
  auth(): { sessionId?: string; offsets?: Readonly<Record<string, number>> }
  /** a session the server gave; `resumed: false` says that the offsets of the one before count for nothing */
  begin(session: {
    readonly sessionId: string
    readonly resumed: boolean
    readonly memberships: ReadonlyArray<{ readonly room: string; readonly seq: number }>
  }): void
  /** in the room from now on: until something of it is seen, a cut costs all that is told there */
  enter(room: string): void
  /** an event of that room has been seen whole */
  saw(room: string, seq: number): void
  /** left or removed: there is nothing to come back to */
  leave(room: string): void
}

type Remembered = { readonly sessionId?: string; readonly offsets: Readonly<Record<string, number>> }

const read = (text: string | null): Remembered => {
  try {
    const found: unknown = JSON.parse(text ?? '')
    if (typeof found !== 'object' || found === null || !('sessionId' in found) || !('offsets' in found))
      return { offsets: {} }
    if (typeof found.sessionId !== 'string' || typeof found.offsets !== 'object' || found.offsets === null)
      return { offsets: {} }
    const offsets = Object.entries(found.offsets).filter(([, seq]) => Number.isSafeInteger(seq))
    return { sessionId: found.sessionId, offsets: Object.fromEntries(offsets) }
  } catch {
    return { offsets: {} }
  }
}

/** How far a page has seen its rooms, or nothing of it, once it is loaded anew. */
export type AfterReload = 'goes-on' | 'is-told-all'

const unseen = ({ offsets, ...session }: Remembered): Remembered => ({
  ...session,
  offsets: Object.fromEntries(Object.keys(offsets).map((room) => [room, 0])),
})

export const rememberSession = (
  storage: SessionStorage,
  key: string,
  afterReload: AfterReload = 'goes-on',
): SessionMemory => {
  const found = read(storage.getItem(key))
  let remembered = afterReload === 'goes-on' ? found : unseen(found)

  const remember = (next: Remembered): void => {
    remembered = next
    // A full or forbidden storage costs the resume after a reload, never the running session.
    try {
      storage.setItem(key, JSON.stringify(next))
    } catch {}
  }

  const without = (room: string): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(remembered.offsets).filter(([known]) => known !== room))

  return {
    auth: () => remembered,
    begin: ({ sessionId, resumed, memberships }) => {
      // An offset beyond the log's end is of another log, which was lost: it would hide the new one's events. Where there
      // is none, nothing is sent again, and what is told from here on comes behind this place.
      const offsets = memberships.map(({ room, seq }) => {
        const known = remembered.offsets[room]
        return [room, known === undefined || known > seq ? seq : known] as const
      })
      remember({ sessionId, offsets: resumed ? Object.fromEntries(offsets) : {} })
    },
    enter: (room) => {
      if (remembered.offsets[room] === undefined)
        remember({ ...remembered, offsets: { ...remembered.offsets, [room]: 0 } })
    },
    saw: (room, seq) => {
      if (seq > (remembered.offsets[room] ?? 0))
        remember({ ...remembered, offsets: { ...remembered.offsets, [room]: seq } })
    },
    leave: (room) => {
      if (remembered.offsets[room] !== undefined) remember({ ...remembered, offsets: without(room) })
    },
  }
}
