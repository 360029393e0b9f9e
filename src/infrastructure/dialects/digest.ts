import { createHash } from 'node:crypto'
import { canonicalJson } from '../../domain/kernel/json.js'

/** Tells whether two commands say the same, whatever the order in which a client wrote their fields. */
export const digestOf = (command: unknown): string =>
  createHash('sha256').update(canonicalJson(command)).digest('base64url')
