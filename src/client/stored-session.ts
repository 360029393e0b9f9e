/** `sessionStorage` fits: a tab keeps it over a reload, and another tab has its own. */
export interface SessionStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface StoredSession {
  /** what the handshake sends: nothing without an earlier session */
  auth(): { sessionId?: string; offsets?: Readonly<Record<string, number>> }
  /** the server's session; `resumed: false`: the offsets of an earlier session no longer apply */
  begin(session: {
    readonly sessionId: string
    readonly resumed: boolean
    readonly memberships: ReadonlyArray<{ readonly room: string; readonly seq: number }>
  }): void
  /** the member is in the room: if the connection is cut before the first event, everything since is sent again */
  enter(room: string): void
  /** all emits of that event have arrived */
  advance(room: string, seq: number): void
  /** left or removed: there is nothing to resume */
  leave(room: string): void
}

/** What a page has of its rooms after a reload: it `resumes` where it was, or everything is sent again. */
export type AfterReload = 'resumes' | 'starts-over'

type Stored = { readonly sessionId?: string; readonly offsets: Readonly<Record<string, number>> }

const read = (text: string | null): Stored => {
  try {
    const stored: unknown = JSON.parse(text ?? '')
    if (typeof stored !== 'object' || stored === null || !('sessionId' in stored) || !('offsets' in stored))
      return { offsets: {} }
    if (typeof stored.sessionId !== 'string' || typeof stored.offsets !== 'object' || stored.offsets === null)
      return { offsets: {} }
    const offsets = Object.entries(stored.offsets).filter(([, seq]) => Number.isSafeInteger(seq))
    return { sessionId: stored.sessionId, offsets: Object.fromEntries(offsets) }
  } catch {
    return { offsets: {} }
  }
}

const fromStart = ({ offsets, ...session }: Stored): Stored => ({
  ...session,
  offsets: Object.fromEntries(Object.keys(offsets).map((room) => [room, 0])),
})

export const storedSession = (
  storage: SessionStorage,
  key: string,
  afterReload: AfterReload = 'resumes',
): StoredSession => {
  const earlier = read(storage.getItem(key))
  let stored = afterReload === 'resumes' ? earlier : fromStart(earlier)

  const store = (next: Stored): void => {
    stored = next
    // A full or forbidden storage costs the resumption after a reload, never the running session.
    try {
      storage.setItem(key, JSON.stringify(next))
    } catch {}
  }

  const setOffset = (room: string, seq: number): void =>
    store({ ...stored, offsets: { ...stored.offsets, [room]: seq } })

  return {
    auth: () => stored,
    begin: ({ sessionId, resumed, memberships }) => {
      // An offset beyond the log's end belongs to an earlier log, which was lost: it would hide the new one's events.
      // Without an offset nothing is sent again, and live events start after the position of the membership.
      const offsets = memberships.map(({ room, seq }) => {
        const offset = stored.offsets[room]
        return [room, offset === undefined || offset > seq ? seq : offset] as const
      })
      store({ sessionId, offsets: resumed ? Object.fromEntries(offsets) : {} })
    },
    enter: (room) => {
      if (stored.offsets[room] === undefined) setOffset(room, 0)
    },
    advance: (room, seq) => {
      if (seq > (stored.offsets[room] ?? 0)) setOffset(room, seq)
    },
    leave: (room) => {
      if (stored.offsets[room] === undefined) return
      const offsets = Object.entries(stored.offsets).filter(([other]) => other !== room)
      store({ ...stored, offsets: Object.fromEntries(offsets) })
    },
  }
}
