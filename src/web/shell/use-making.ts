import { useState } from 'preact/hooks'
import type { Made } from './make-room.js'
import { makeRoom } from './make-room.js'

/** A room that is made at a click, and what went wrong with that, or with what was typed beside it. */
export interface Making {
  readonly isMaking: boolean
  readonly fault: string | null
  readonly setFault: (words: string | null) => void
  /** Nothing where it could not be made; `fault` says so then. */
  readonly make: (wanted: { readonly private: boolean }) => Promise<MadeRoom | null>
}

type MadeRoom = Extract<Made, { readonly type: 'made' }>

export const useMaking = (initialFault: string | null = null): Making => {
  const [isMaking, setMaking] = useState(false)
  const [fault, setFault] = useState(initialFault)
  return {
    isMaking,
    fault,
    setFault,
    make: async (wanted) => {
      setFault(null)
      setMaking(true)
      const made = await makeRoom(wanted)
      setMaking(false)
      if (made.type === 'made') return made
      setFault(made.words)
      return null
    },
  }
}
