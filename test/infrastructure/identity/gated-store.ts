import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'

/** A store that can be made to answer later. */
export interface GatedStore extends EventStore {
  /** From now on these calls wait. */
  readonly hold: (...calls: ReadonlyArray<HeldCall>) => void
  /** Resolves when a call waits. */
  readonly held: () => Promise<void>
  /** Lets all calls take effect, and holds no more. */
  readonly release: () => void
}

type HeldCall = 'commit' | 'find' | 'roomsOf'

/** A moment for which others can wait. */
export interface Moment {
  readonly has: Promise<void>
  readonly come: () => void
}

export const moment = (): Moment => {
  let come: () => void = () => undefined
  const has = new Promise<void>((resolve) => {
    come = resolve
  })
  return { has, come }
}

export const gatedStore = (): GatedStore => {
  const store = memoryEventStore()
  let calls: ReadonlyArray<HeldCall> = []
  let released = moment()
  let arrived = moment()
  const passing =
    <Input extends ReadonlyArray<unknown>, Output>(
      call: HeldCall,
      run: (...input: Input) => () => Promise<Output>,
    ) =>
    (...input: Input) =>
    async (): Promise<Output> => {
      if (calls.includes(call)) {
        arrived.come()
        await released.has
      }
      return run(...input)()
    }
  return {
    ...store,
    commit: passing('commit', store.commit),
    find: passing('find', store.find),
    roomsOf: passing('roomsOf', store.roomsOf),
    hold: (...held) => {
      calls = held
      released = moment()
      arrived = moment()
    },
    held: () => arrived.has,
    release: () => {
      calls = []
      released.come()
    },
  }
}
