import { useEffect, useReducer, useState } from 'preact/hooks'
import { sha256 } from '@noble/hashes/sha2.js'
import { lengthPrefixed, toHex } from '../../../client/fairness/encoding.js'
import { keepEvidence, keptEvidence } from '../../../client/picker/stored-proofs.js'
import {
  pickerClient,
  type MembershipState,
  type PickerClient,
  type Wish,
} from '../../../client/picker/picker-client.js'
import { emptyRoom, evolveRoom, type PickerRoom } from '../../../client/picker/picker-room.js'
import type { ConnectionState } from '../../../client/session-client.js'
import type { Answer, WireError } from '../../../client/wire.js'
import { after, browserPorts, tabStorage } from '../../shell/browser-ports.js'

export interface RoomInUse {
  readonly client: PickerClient
  readonly room: PickerRoom
  readonly connection: ConnectionState
  readonly membership: MembershipState
  readonly error: WireError | null
  readonly forgetError: () => void
  readonly join: (wish: Wish) => void
  /** done when the server knows it, or does not say so in time */
  readonly leave: () => Promise<void>
  readonly takeBack: () => void
  readonly start: (names: ReadonlyArray<string>) => Promise<boolean>
  readonly cancel: () => Promise<boolean>
  readonly remove: (memberId: string) => Promise<boolean>
  /** `words` may be empty: chance alone is as good */
  readonly contribute: (words: string) => Promise<boolean>
}

const patienceToLeaveMs = 1_000

/** What somebody typed is mixed with chance, so that words which could be guessed do no harm. */
const entropyFrom = (words: string): string =>
  toHex(sha256(lengthPrefixed([words, crypto.getRandomValues(new Uint8Array(32))])))

const recallDraws = async (client: PickerClient) => {
  const answer = await client.request('join-activity-request', { activity: 'random-picker' })
  return answer.success && Array.isArray(answer.state?.draws) ? answer.state.draws : []
}

export const useRoom = (wish: Wish): RoomInUse => {
  // The address's own wish, for the first time; later ones are made by `join`.
  const [firstWish] = useState(wish)
  const [storage] = useState(tabStorage)
  const [client] = useState(() => pickerClient(browserPorts(storage)))
  const [room, see] = useReducer(evolveRoom, emptyRoom)
  const [connection, setConnection] = useState<ConnectionState>({ type: 'idle' })
  const [membership, setMembership] = useState<MembershipState>({ type: 'outside' })
  const [error, setError] = useState<WireError | null>(null)

  useEffect(() => {
    const stop = client.subscribe((signal) => {
      see(signal)
      if (signal.type === 'connection') setConnection(signal.connection)
      if (signal.type === 'emit' && signal.emit.event === 'error') setError(signal.emit.payload)
      if (signal.type !== 'membership') return
      setMembership(signal.membership)
      if (signal.membership.type !== 'joined') return
      const evidence = keptEvidence(storage, signal.membership.result.room)
      void recallDraws(client).then((draws) => see({ type: 'recent-draws', draws, evidence }))
    })
    client.join(firstWish)
    return () => {
      stop()
      client.close()
    }
  }, [client, storage, firstWish])

  const here = room.me?.room
  useEffect(() => {
    if (here !== undefined) keepEvidence(storage, here, room.past)
  }, [storage, here, room.past])

  const succeeded = (answer: Answer<object>): boolean => {
    setError(answer.success ? null : answer.error)
    return answer.success
  }

  return {
    client,
    room,
    connection,
    membership,
    error,
    forgetError: () => setError(null),
    join: (next) => {
      setError(null)
      client.join(next)
    },
    // Going without a word would keep the place for the grace: a room whose leader has gone, and nobody may lead.
    leave: () =>
      new Promise((resolve) => {
        const callOff = after(patienceToLeaveMs, resolve)
        void client.leave().then(() => {
          callOff()
          resolve()
        })
      }),
    takeBack: client.takeBack,
    start: async (names) => succeeded(await client.request('startRandom', { members: names })),
    cancel: async () => succeeded(await client.request('cancelRandom', {})),
    remove: async (memberId) => succeeded(await client.request('remove-member', { memberId })),
    contribute: async (words) => {
      const entropy = entropyFrom(words)
      const by = room.me?.memberId
      const answer = await client.request('contribute-entropy', { entropy })
      if (answer.success && by !== undefined)
        see({ type: 'contributed', drawNo: answer.drawNo, contribution: { by, entropy } })
      return succeeded(answer)
    },
  }
}
