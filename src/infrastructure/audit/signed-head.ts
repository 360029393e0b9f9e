import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../domain/kernel/json.js'

/**
 * The end of an audit trail, signed with the key of its data folder (Ed25519). Kept elsewhere, it proves what the trail
 * had: an attacker who can write the folder can compute a new hash chain, but the chain does not contain this hash.
 */
export interface SignedHead {
  /** The last record; 0 if there is none. */
  readonly seq: number
  readonly hash: string
  /** The oldest record that retention had left, and its instant; null: there was no record. */
  readonly first: { readonly seq: number; readonly at: number } | null
  /** The instant of the signature. */
  readonly at: number
  readonly node: string
  /** DER (SPKI), base64url. */
  readonly publicKey: string
  /** Over the canonical JSON of all other fields, base64url. */
  readonly signature: string
}

const keyFile = 'audit-key.pem'

/** The key of a data folder. It is made once, and only its owner may read it. */
export const signingKeyOf = (folder: string): KeyObject => {
  const path = join(folder, keyFile)
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  try {
    const file = openSync(path, 'wx', 0o600)
    try {
      writeSync(file, pem.toString())
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return createPrivateKey(readFileSync(path))
}

export const signHead = (
  key: KeyObject,
  { seq, hash, first, at, node }: Omit<SignedHead, 'publicKey' | 'signature'>,
): SignedHead => {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64url')
  const content = { seq, hash, first, at, node, publicKey }
  return { ...content, signature: sign(null, Buffer.from(canonicalJson(content)), key).toString('base64url') }
}

export const hasValidSignature = ({ signature, ...content }: SignedHead): boolean => {
  try {
    const key = createPublicKey({
      key: Buffer.from(content.publicKey, 'base64url'),
      format: 'der',
      type: 'spki',
    })
    const isEd25519 = key.asymmetricKeyType === 'ed25519'
    const text = Buffer.from(canonicalJson(content))
    return isEd25519 && verify(null, text, key, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** A signed head from a file; `undefined` for other text. */
export const parseSignedHead = (text: string): SignedHead | undefined => {
  try {
    return signedHead.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const signedHead = z.strictObject({
  seq: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  first: z.strictObject({ seq: z.number().int().positive(), at: z.number() }).nullable(),
  at: z.number(),
  node: z.string(),
  publicKey: z.string(),
  signature: z.string(),
})
