import type { TaskEither } from '#fp/TaskEither'
import type { Principal } from '../identity/principal.js'

/** Why a token is refused. The codes are those of the wire contract (E-13). */
export type TokenRejection =
  /** Not a valid token of a trusted issuer. `problem` is for the client: it names the claim, and never quotes it. */
  | { readonly type: 'unauthenticated'; readonly problem: string }
  /** Valid, but for its expiry. */
  | { readonly type: 'token-expired' }
  /** The keys of the issuer cannot be fetched at present; the same token may be valid later. */
  | { readonly type: 'keys-unavailable' }

/** Verifies tokens: signature, `iss`, `aud`, `exp` and `nbf` by the engine's clock, without leeway. Never rejects. */
export interface TokenVerifier {
  /** The principal is verified, and has a user id and an instant of expiry. Its `issuedAt` is null without `iat`. */
  readonly verify: (token: string) => TaskEither<TokenRejection, Principal>
}
