import type { Principal } from '../../application/identity/principal.js'
import { isUserText, unverifiedPrincipal } from '../../application/identity/principal.js'

/** What a client states about itself in `auth`, unverified (E-42). An invalid field counts as absent. */
export const statedPrincipal = (auth: unknown): Principal => {
  const { userId, name } = asObject(auth)
  return unverifiedPrincipal(textIn(userId), textIn(name))
}

/** A client can send any value as `auth`. */
export const asObject = (auth: unknown): Readonly<Record<string, unknown>> =>
  typeof auth === 'object' && auth !== null ? { ...auth } : {}

const textIn = (value: unknown): string | null => (isUserText(value) ? value : null)
