import type { LimitExceeded, RateLimits } from './rate-limits.js'
import type { BucketLevel, Rate, TokenBuckets } from './token-bucket.js'
import {
  createTokenBuckets,
  fullBucket,
  isFull,
  maxBuckets,
  waitMsFor,
  withoutToken,
} from './token-bucket.js'

/** The buckets of one socket. */
interface SocketRates {
  ordinary: BucketLevel
  frequent: BucketLevel
}

/** The buckets of one connection by namespace, so that a socket that joins its namespace again has those it had. */
export interface ConnectionRates {
  readonly byNamespace: Map<string, SocketRates>
  /** The last second with a refused event, and the number of successive such seconds up to it. */
  refusedSecond: number
  refusedSeconds: number
}

/** The client that sends an event. */
export interface EventSource {
  readonly connection: ConnectionRates
  readonly namespace: string
  /** From `addressKey`. */
  readonly address: string
  /** Only a verified user: with the id of another user a client could use up that user's tokens. */
  readonly user: string | null
}

/** The rates of events per socket, user and address. */
export interface EventLimits {
  /** Full rates; for a client that `resumes` a session, those of a closed connection of its address, if there are any. */
  readonly open: (address: string, resumes: boolean, nowMs: number) => ConnectionRates
  /** Keeps the rates of a closed connection until they are full. */
  readonly close: (address: string, rates: ConnectionRates, nowMs: number) => void
  /** Takes a token of each limit, or takes none and returns the limit that is exceeded. */
  readonly take: (source: EventSource, isFrequent: boolean, nowMs: number) => LimitExceeded | undefined
  /** The numbers of buckets in memory, and of closed connections whose rates are kept. */
  readonly sizes: () => { readonly user: number; readonly address: number; readonly closed: number }
}

interface RateClass {
  readonly socket: Rate
  readonly users: TokenBuckets
  readonly addresses: TokenBuckets
}

export const createEventLimits = (limits: RateLimits, maxKeys: number = maxBuckets): EventLimits => {
  const rateClass = (socket: Rate, user: Rate, address: Rate): RateClass => ({
    socket,
    users: createTokenBuckets(user, maxKeys),
    addresses: createTokenBuckets(address, maxKeys),
  })
  const ordinary = rateClass(limits.eventsPerSocket, limits.eventsPerUser, limits.eventsPerAddress)
  const frequent = rateClass(limits.frequentPerSocket, limits.frequentPerUser, limits.frequentPerAddress)
  const closed = createClosedConnections(limits, maxKeys)

  return {
    open: (address, resumes, nowMs) =>
      (resumes ? closed.take(address, nowMs) : undefined) ?? {
        byNamespace: new Map(),
        refusedSecond: -Infinity,
        refusedSeconds: 0,
      },
    close: closed.add,
    take: ({ connection, namespace, address, user }, isFrequent, nowMs) => {
      const { socket: socketRate, users, addresses } = isFrequent ? frequent : ordinary
      let socket = connection.byNamespace.get(namespace)
      if (socket === undefined) {
        socket = { ordinary: fullBucket, frequent: fullBucket }
        connection.byNamespace.set(namespace, socket)
      }
      const level = isFrequent ? socket.frequent : socket.ordinary
      const socketMs = waitMsFor(level, nowMs, socketRate)
      const userMs = user === null ? 0 : users.waitMs(user, nowMs)
      const addressMs = addresses.waitMs(address, nowMs)
      const retryAfterMs = Math.max(socketMs, userMs, addressMs)
      if (retryAfterMs > 0) {
        const limit = retryAfterMs === socketMs ? 'socket' : retryAfterMs === userMs ? 'user' : 'address'
        return { limit, retryAfterMs }
      }
      if (isFrequent) socket.frequent = withoutToken(level, nowMs, socketRate)
      else socket.ordinary = withoutToken(level, nowMs, socketRate)
      if (user !== null) users.take(user, nowMs)
      addresses.take(address, nowMs)
      return undefined
    },
    sizes: () => ({
      user: ordinary.users.size() + frequent.users.size(),
      address: ordinary.addresses.size() + frequent.addresses.size(),
      closed: closed.size(),
    }),
  }
}

const secondOf = (nowMs: number): number => Math.floor(nowMs / 1_000)

/** Counts a refused request; true if the connection has been refused for `maxRefusedSeconds` without a gap (E-12). */
export const isRefusedTooLong = (
  rates: ConnectionRates,
  nowMs: number,
  { maxRefusedSeconds }: Pick<RateLimits, 'maxRefusedSeconds'>,
): boolean => {
  const second = secondOf(nowMs)
  if (second !== rates.refusedSecond) {
    rates.refusedSeconds = second === rates.refusedSecond + 1 ? rates.refusedSeconds + 1 : 1
    rates.refusedSecond = second
  }
  return rates.refusedSeconds >= maxRefusedSeconds
}

interface ClosedConnections {
  readonly add: EventLimits['close']
  /** The rates of the connection of this address that was closed last, if they are not full yet. */
  readonly take: (address: string, nowMs: number) => ConnectionRates | undefined
  readonly size: () => number
}

/** A client could otherwise get full buckets by connecting again. Each closed connection counts for one new one. */
const createClosedConnections = (limits: RateLimits, maxConnections: number): ClosedConnections => {
  const byAddress = new Map<string, Array<ConnectionRates>>()
  let size = 0

  const isSpent = ({ byNamespace, refusedSecond }: ConnectionRates, nowMs: number): boolean =>
    refusedSecond >= secondOf(nowMs) - 1 ||
    [...byNamespace.values()].some(
      ({ ordinary, frequent }) =>
        !isFull(ordinary, nowMs, limits.eventsPerSocket) ||
        !isFull(frequent, nowMs, limits.frequentPerSocket),
    )

  const replace = (
    address: string,
    present: ReadonlyArray<ConnectionRates>,
    next: Array<ConnectionRates>,
  ) => {
    size += next.length - present.length
    if (next.length === 0) byAddress.delete(address)
    else byAddress.set(address, next)
  }

  const removeSome = (nowMs: number): void => {
    for (const [address, all] of byAddress) {
      replace(
        address,
        all,
        all.filter((rates) => isSpent(rates, nowMs)),
      )
    }
    for (const [address, all] of byAddress) {
      if (size <= maxConnections * 0.9) return
      const excess = size - Math.floor(maxConnections * 0.9)
      replace(address, all, all.slice(excess))
    }
  }

  return {
    add: (address, rates, nowMs) => {
      if (!isSpent(rates, nowMs)) return
      if (size >= maxConnections) removeSome(nowMs)
      const present = byAddress.get(address)
      size++
      if (present === undefined) byAddress.set(address, [rates])
      else present.push(rates)
    },
    take: (address, nowMs) => {
      const all = byAddress.get(address)
      let last = all?.pop()
      while (last !== undefined) {
        size--
        if (all?.length === 0) byAddress.delete(address)
        if (isSpent(last, nowMs)) return last
        last = all?.pop()
      }
      return undefined
    },
    size: () => size,
  }
}
