import { sha256 } from '@noble/hashes/sha2.js'
import { useEffect } from 'preact/hooks'
import { tabStorage } from '../../../client/client-ports.js'
import { lengthPrefixed, toHex } from '../../../client/fairness/encoding.js'
import { pickerClient } from '../../../client/picker/picker-client.js'
import type { PickerClient, PickerOptions, PickerState } from '../../../client/picker/picker-client.js'
import { storedProofs, storeProofs } from '../../../client/picker/stored-proofs.js'
import { useRoom, type RoomInUse } from '../../shell/use-room.js'

export interface PickerInUse extends RoomInUse<PickerClient, PickerState> {
  readonly join: (options: PickerOptions) => void
  readonly start: (names: ReadonlyArray<string>) => Promise<boolean>
  readonly cancel: () => Promise<boolean>
  readonly remove: (memberId: string) => Promise<boolean>
  /** `text` may be empty: random bytes alone are as good */
  readonly contribute: (text: string) => Promise<boolean>
}

const storage = tabStorage()

/** Typed text is mixed with random bytes, so that text which others could guess does no harm. */
const entropyFrom = (text: string): string =>
  toHex(sha256(lengthPrefixed([text, crypto.getRandomValues(new Uint8Array(32))])))

export const usePicker = (options: PickerOptions): PickerInUse => {
  const inUse = useRoom<PickerState, PickerClient>(
    () => pickerClient({ storage }),
    (client, setError) => {
      client.listen({
        joined: ({ room }) => void client.loadRecentDraws(storedProofs(storage, room)),
        received: ({ event, payload }) => {
          if (event === 'error') setError(payload)
        },
      })
      client.join(options)
      return client.close
    },
  )
  const { client, state, report, setError } = inUse

  const { me, past } = state.room
  const roomId = me?.room
  useEffect(() => {
    if (roomId !== undefined) storeProofs(storage, roomId, past)
  }, [roomId, past])

  return {
    ...inUse,
    join: (next) => {
      setError(null)
      client.join(next)
    },
    start: async (names) => report(await client.request('startRandom', { members: names })),
    cancel: async () => report(await client.request('cancelRandom', {})),
    remove: async (memberId) => report(await client.request('remove-member', { memberId })),
    contribute: async (text) => report(await client.contribute(entropyFrom(text))),
  }
}
