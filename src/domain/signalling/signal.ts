import type { MemberId } from '../kernel/ids.js'
import type { ProtocolName } from '../room/index.js'

/**
 * The client's own name for one offer and all that belongs to it. Where clients count, a smaller number is older.
 */
export type NegotiationId = string | number

/** Whom a signal is for, as the vocabularies name them. */
export type Target =
  | { readonly type: 'member'; readonly id: MemberId }
  /** A party's user, by its own id. */
  | { readonly type: 'user'; readonly id: string }
  /** The picker's broadcaster, whoever that is. */
  | { readonly type: 'broadcaster' }

/**
 * What one member says to another to find a way between their browsers. What it carries (addresses, keys) is none of the
 * domain's business and is not in here: the rules know only how much of it there is.
 */
export interface Signal {
  readonly to: Target
  /** By which vocabulary it is said. */
  readonly dialect: ProtocolName
  /** `offer`, `answer` and `candidate` are known to all vocabularies that signal; other kinds only to some. */
  readonly kind: string
  readonly negotiation: NegotiationId | null
  /** Size of what it carries, as JSON in UTF-8. */
  readonly bytes: number
}

type Carried = 'negotiation' | 'everything' | 'nothing'

const carried: Readonly<Record<ProtocolName, Carried>> = {
  native: 'everything',
  party: 'everything',
  picker: 'negotiation',
  mesh: 'negotiation',
  'connect-four': 'nothing',
  chat: 'nothing',
}

/** Whether a vocabulary has a word for a signal of this kind. */
export const supportsSignal = (dialect: ProtocolName, kind: string): boolean => {
  switch (carried[dialect]) {
    case 'everything':
      return true
    case 'negotiation':
      return kind === 'offer' || kind === 'answer' || kind === 'candidate'
    case 'nothing':
      return false
  }
}
