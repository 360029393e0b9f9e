import { hash } from 'node:crypto'
import { canonicalJson } from '../../domain/kernel/json.js'

/** Tells whether two commands say the same, whatever the order in which a client wrote their fields. */
export const digestOf = (command: unknown): string => hash('sha256', canonicalJson(command), 'base64url')
