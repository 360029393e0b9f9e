import type { Stamp } from './wire.js'

/** An emit as it came: its name and what is in it. */
export interface Emitted {
  readonly event: string
  readonly payload: Stamp
}

export interface WholeEvents<Emit extends Emitted> {
  take(emit: Emit): void
  /** the connection was cut: what has begun is sent again whole */
  cut(): void
}

interface Receiver<Emit extends Emitted> {
  readonly deliver: (emit: Emit) => void
  readonly seen: (room: string, seq: number) => void
}

/**
 * One event of the log can be several emits, all but the last with `more: true`. They are held until the event is whole,
 * so that one which was cut in the middle and is sent again never shows twice.
 */
export const wholeEvents = <Emit extends Emitted>({ deliver, seen }: Receiver<Emit>): WholeEvents<Emit> => {
  let held: ReadonlyArray<Emit> = []

  const release = (): void => {
    const whole = held
    held = []
    for (const emit of whole) deliver(emit)
  }

  return {
    take: (emit) => {
      const { room, seq, more } = emit.payload
      // Counts tell the latest state and may be skipped, so no event may wait for one, and none is an offset.
      if (room === undefined || seq === undefined || emit.event === 'viewer-count-update')
        return deliver(emit)
      const begun = held.at(-1)
      if (begun !== undefined && begun.payload.seq !== seq) release()
      held = [...held, emit]
      if (more === true) return
      release()
      seen(room, seq)
    },
    cut: () => {
      held = []
    },
  }
}
