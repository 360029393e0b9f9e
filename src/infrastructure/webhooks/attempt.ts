import type { Clock } from '../../application/ports/clock.js'
import type { Answer, Endpoint } from './endpoint.js'
import type { Message } from './message.js'
import type { Sign } from './signing.js'

/** What came of posting a message once. */
export type Outcome =
  | { readonly type: 'delivered' }
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'unreachable' }
  | { readonly type: 'timeout' }
  /** The receiver says that nobody is to post there any more. */
  | { readonly type: 'gone' }
  /** Ended by us. */
  | { readonly type: 'stopped' }

export interface AttemptPorts {
  readonly endpoint: Endpoint
  readonly sign: Sign
  readonly clock: Clock
}

/** The specification recommends 15 to 30 s. */
const timeoutMs = 15_000

/** Posts a message once. Comes to an end by the time-out at the latest, whatever the endpoint does. */
export const attempt = (
  message: Message,
  stop: AbortSignal,
  { endpoint, sign, clock }: AttemptPorts,
): Promise<Outcome> =>
  new Promise((resolve) => {
    const request = new AbortController()
    const end = (outcome: Outcome): void => {
      cancelTimeout()
      stop.removeEventListener('abort', stopped)
      request.abort()
      resolve(outcome)
    }
    const stopped = (): void => end({ type: 'stopped' })
    const cancelTimeout = clock.schedule(clock.now() + timeoutMs, () => end({ type: 'timeout' }))
    stop.addEventListener('abort', stopped)
    endpoint.post(message.body, sign(message, clock.now()), request.signal).then(
      (answer) => end(outcomeOf(answer)),
      () => end({ type: 'unreachable' }),
    )
  })

const outcomeOf = (answer: Answer): Outcome => {
  if (answer.type === 'unreachable') return answer
  const { status } = answer
  if (status >= 200 && status < 300) return { type: 'delivered' }
  return status === 410 ? { type: 'gone' } : { type: 'refused', status }
}
