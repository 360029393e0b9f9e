import { fromHex, hmacSha256, lengthPrefixed, sha256, toHex, u32 } from '../../kernel/bytes.js'

/** A name in a draw. */
export interface DrawMember {
  readonly id: string
  readonly name: string
}

/** The randomness that a participant added to a draw; `entropy` is hex. */
export interface Contribution {
  readonly by: string
  readonly entropy: string
}

/** Everything that the recomputation of a draw needs beside SHA-256 (the contract's `draw/1`). */
export interface Proof {
  readonly algorithm: 'draw/1'
  readonly room: string
  readonly drawNo: number
  /** The secret behind the commitment, 32 bytes in hex. */
  readonly serverSeed: string
  readonly commitment: string
  readonly members: ReadonlyArray<DrawMember>
  readonly contributions: ReadonlyArray<Contribution>
  readonly ticks: number
}

export const algorithm = 'draw/1'
export const ticks = 50
export const intervalMs = 100
export const maxMembers = 10_000

/** `C`: fixes the server's secret before anybody knows the members of the draw. All results are hex. */
export const commitmentOf = (room: string, drawNo: number, serverSeed: string): string =>
  toHex(sha256(lengthPrefixed('draw/1/commit', room, u32(drawNo), fromHex(serverSeed))))

/** `K`: the randomness of the participants, in the order of the log. */
export const entropyOf = (contributions: ReadonlyArray<Contribution>): string =>
  toHex(
    sha256(
      lengthPrefixed('draw/1/entropy', ...contributions.flatMap(({ by, entropy }) => [by, fromHex(entropy)])),
    ),
  )

/** `P`: the members and their order. */
export const membersHashOf = (members: ReadonlyArray<DrawMember>): string =>
  toHex(sha256(lengthPrefixed('draw/1/members', ...members.flatMap(({ id, name }) => [id, name]))))

export const seedOf = (proof: Omit<Proof, 'algorithm' | 'ticks'>): string =>
  toHex(
    hmacSha256(
      fromHex(proof.serverSeed),
      lengthPrefixed(
        'draw/1/seed',
        proof.room,
        u32(proof.drawNo),
        fromHex(proof.commitment),
        fromHex(membersHashOf(proof.members)),
        fromHex(entropyOf(proof.contributions)),
      ),
    ),
  )

/**
 * Maps words that are uniform below `range` to indices that are uniform below `size`: what lies above the largest
 * multiple of `size` is skipped, because it would favour the first members.
 */
export const sampler =
  (range: number, size: number) =>
  (word: number): number | undefined =>
    word < Math.floor(range / size) * size ? word % size : undefined

/** The indices that the draw shows, tick by tick; the last is the winner's. */
export const highlightsOf = (seed: string, size: number, count: number = ticks): ReadonlyArray<number> => {
  const key = fromHex(seed)
  const indexOf = sampler(2 ** 32, size)
  const indices: Array<number> = []
  for (let block = 0; indices.length < count; block++) {
    const words = new DataView(hmacSha256(key, lengthPrefixed('draw/1/block', u32(block))).buffer)
    for (let offset = 0; offset < 32 && indices.length < count; offset += 4) {
      const index = indexOf(words.getUint32(offset))
      if (index !== undefined) indices.push(index)
    }
  }
  return indices
}
