import type { Outgoing, Told } from './emit.js'

/** What a room has told lately, for those who come back from a tunnel: nobody has to read the log for them. */
export interface Recent {
  readonly add: (seq: number, emits: ReadonlyArray<Outgoing>, changesCount: boolean) => void
  /** As it is now; nothing if it does not reach up to `seq` yet. */
  readonly upTo: (seq: number) => Stretch | undefined
}

/** What all records from `from` on told; those that told nobody anything are left out. */
export interface Stretch {
  readonly from: number
  readonly told: ReadonlyArray<Told>
  /** The last record that changed a count; 0 if none did. */
  readonly countedAt: number
}

/** A grace of a draw that runs, three times over; a room of which nobody comes back pays for no more than this. */
const emitsKept = 512

export const recentEmits = (): Recent => {
  let from = 0
  let last = 0
  let countedAt = 0
  let kept = 0
  let told: Array<Told> = []

  const startAt = (seq: number): void => {
    from = seq
    kept = 0
    told = []
  }

  const forgetOldest = (): void => {
    let gone = 0
    for (; kept > emitsKept && gone < told.length - 1; gone++) {
      kept -= told[gone]?.emits.length ?? 0
      from = (told[gone]?.seq ?? from) + 1
    }
    if (gone > 0) told = told.slice(gone)
  }

  return {
    add: (seq, emits, changesCount) => {
      if (seq !== last + 1) startAt(seq)
      last = seq
      if (changesCount) countedAt = seq
      if (emits.length === 0) return
      told.push({ seq, emits })
      kept += emits.length
      // Not for every emit: dropping from the front copies the rest.
      if (kept > emitsKept * 2) forgetOldest()
    },
    upTo: (seq) => (last < seq ? undefined : { from, told: [...told], countedAt }),
  }
}
