import { randomBytes } from 'node:crypto'

/** What a new store keeps as its `key`. */
export const freshKey = (): string => randomBytes(32).toString('base64url')
