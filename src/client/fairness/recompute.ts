import { fromHex, lengthPrefixed, u32 } from './encoding.js'
import type { Bytes, Hashing } from './hashing.js'
import type { Contribution, DrawMember, DrawProof } from './proof.js'

/** fairness.md, step 1: `C`. */
export const commitmentOf = (proof: DrawProof, { sha256 }: Hashing): Promise<Bytes> =>
  sha256(lengthPrefixed(['draw/1/commit', proof.room, u32(proof.drawNo), fromHex(proof.serverSeed)]))

/** Step 2: `K`. */
export const contributionsDigest = (
  contributions: ReadonlyArray<Contribution>,
  { sha256 }: Hashing,
): Promise<Bytes> =>
  sha256(
    lengthPrefixed(['draw/1/entropy', ...contributions.flatMap(({ by, entropy }) => [by, fromHex(entropy)])]),
  )

/** Step 3: `P`. */
export const membersDigest = (members: ReadonlyArray<DrawMember>, { sha256 }: Hashing): Promise<Bytes> =>
  sha256(lengthPrefixed(['draw/1/members', ...members.flatMap(({ id, name }) => [id, name])]))

/** Step 4. */
export const seedOf = (
  proof: DrawProof,
  digests: { readonly commitment: Bytes; readonly members: Bytes; readonly contributions: Bytes },
  { hmac }: Hashing,
): Promise<Bytes> =>
  hmac(
    fromHex(proof.serverSeed),
    lengthPrefixed([
      'draw/1/seed',
      proof.room,
      u32(proof.drawNo),
      digests.commitment,
      digests.members,
      digests.contributions,
    ]),
  )

const wordsPerBlock = 8

/** Step 5. Words from `limit` on are skipped: otherwise `w mod n` would favour the first names of the list. */
export const highlightsFrom = async (
  seed: Bytes,
  memberCount: number,
  ticks: number,
  { hmac }: Hashing,
): Promise<ReadonlyArray<number>> => {
  const limit = Math.floor(2 ** 32 / memberCount) * memberCount
  const indices: number[] = []
  for (let j = 0; indices.length < ticks; j++) {
    const block = await hmac(seed, lengthPrefixed(['draw/1/block', u32(j)]))
    const view = new DataView(block.buffer, block.byteOffset)
    for (let k = 0; k < wordsPerBlock && indices.length < ticks; k++) {
      const word = view.getUint32(4 * k)
      if (word < limit) indices.push(word % memberCount)
    }
  }
  return indices
}
