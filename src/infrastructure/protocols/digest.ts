import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/kernel/json.js'

/**
 * Tells whether two commands say the same, whatever the order in which a client wrote their fields. Digests stand in records
 * for everybody to read, and what was said may be short, a name or the answer to a quiz: without the `key` of the store
 * (always of one length) nobody can try what it was. Not an HMAC, which takes twice as long to rule out what nobody here could
 * use: the digest of a longer text that begins the same.
 */
export const digestOf = (key: string, command: unknown): string =>
  hash('sha256', `${key}${canonicalJson(command)}`, 'base64url')
