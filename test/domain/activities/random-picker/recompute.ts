import { createHash, createHmac } from 'node:crypto'
import type { Proof } from '../../../../src/domain/activities/random-picker/index.js'

/** A second implementation of fairness.md, with other hash functions. */
export interface Recomputed {
  readonly commitment: string
  readonly contributions: string
  readonly members: string
  readonly seed: string
  readonly highlights: ReadonlyArray<number>
}

export const recomputed = (proof: Proof): Recomputed => {
  const serverSeed = Buffer.from(proof.serverSeed, 'hex')
  const commitment = H(LP('draw/1/commit', proof.room, u32(proof.drawNo), serverSeed))
  const added = proof.contributions.flatMap(({ by, entropy }) => [by, Buffer.from(entropy, 'hex')])
  const contributions = H(LP('draw/1/entropy', ...added))
  const members = H(LP('draw/1/members', ...proof.members.flatMap(({ id, name }) => [id, name])))
  const seed = M(
    serverSeed,
    LP('draw/1/seed', proof.room, u32(proof.drawNo), commitment, members, contributions),
  )

  const size = proof.members.length
  const limit = Math.floor(2 ** 32 / size) * size
  const highlights: Array<number> = []
  for (let block = 0; highlights.length < 50; block++) {
    const words = M(seed, LP('draw/1/block', u32(block)))
    for (let place = 0; place < 8; place++) {
      const word = words.readUInt32BE(4 * place)
      if (word < limit) highlights.push(word % size)
    }
  }
  return {
    commitment: commitment.toString('hex'),
    contributions: contributions.toString('hex'),
    members: members.toString('hex'),
    seed: seed.toString('hex'),
    highlights: highlights.slice(0, 50),
  }
}

const H = (message: Buffer): Buffer => createHash('sha256').update(message).digest()
const M = (key: Buffer, message: Buffer): Buffer => createHmac('sha256', key).update(message).digest()

const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}

const LP = (...parts: ReadonlyArray<string | Buffer>): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part)
      return [u32(bytes.length), bytes]
    }),
  )
