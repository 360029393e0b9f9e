import { equalInConstantTime, lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { SessionKey } from '../../domain/kernel/ids.js'
import { sessionKey } from '../../domain/kernel/ids.js'

/**
 * A session id is `<secret>.<binding>`. The binding is a hash over the secret, the namespace and the user, so the id
 * is unknown to another namespace or user (E-46), and the key is computable from the id alone.
 */
export const sessionIdFor = (secret: Uint8Array, namespace: string, userId: string | null): string => {
  const text = toHex(secret)
  return `${text}.${bindingOf(text, namespace, userId)}`
}

/** The key under which the log knows a session: the secret cannot be derived from it. */
export const keyOfSessionId = (sessionId: string): SessionKey =>
  sessionKey(toHex(sha256(lengthPrefixed('session/3', sessionId))))

/** Null: the id belongs to another namespace or user. An id without a binding is of version 2, which hashed all three. */
export const keyOfPresentedId = (
  sessionId: string,
  namespace: string,
  userId: string | null,
): SessionKey | null => {
  const [secret = '', binding] = sessionId.split('.')
  if (binding === undefined) {
    const user = userId === null ? [] : [userId]
    return sessionKey(toHex(sha256(lengthPrefixed('session/2', namespace, sessionId, ...user))))
  }
  const isBound = equalInConstantTime(sessionId, `${secret}.${bindingOf(secret, namespace, userId)}`)
  return isBound ? keyOfSessionId(sessionId) : null
}

const bindingOf = (secret: string, namespace: string, userId: string | null): string => {
  const user = userId === null ? [] : [userId]
  return toHex(sha256(lengthPrefixed('session-binding/3', secret, namespace, ...user))).slice(0, 32)
}
