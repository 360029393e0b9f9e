import type { Server } from 'socket.io'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { Connection } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import { named } from './emit.js'
import type { Parcel } from './paced.js'
import type { Told } from './written-news.js'
import { writtenNews } from './written-news.js'

/** All who hear one room by one dialect, each in the way that it asked for at its handshake. */
export interface Channel {
  readonly enter: (connection: Connection) => void
  /** Whoever goes has been told all that was said until now. */
  readonly leave: (connection: Connection) => void
  /** Says something to all of them but one. `seq` orders what is told several at a time. */
  readonly tell: (seq: number, event: string, payload: object, except?: Connection) => void
  /** The same to one of them, behind all that was said before. */
  readonly tellOne: (connection: Connection, event: string, payload: object) => void
  /** Ends the timer. */
  readonly close: () => void
}

/** Counted from the first: with more who come the news of a moment is told less often, and more of it at a time. */
const gatheredForMs = 50
const gatheredAtMost = 500

interface News {
  readonly seq: number
  readonly payload: object
  readonly except: Connection | undefined
}

type Way = 'camel' | 'kebab' | 'several'

export const openChannel = (io: () => Server, clock: Clock, room: RoomId, encoder: Encoder): Channel => {
  const { dialect, several } = encoder
  /** For those who take several at a time, and not told yet. */
  let news: Array<News> = []
  let flushing: Cancel | null = null
  /** Who has come in since the first of them, and what it has heard already. */
  const late = new Map<Connection, number>()

  const wayOf = ({ takesSeveral, naming }: Connection): Way =>
    takesSeveral && several !== undefined ? 'several' : naming

  const names: Readonly<Record<Way, string>> = {
    camel: `${dialect} ${room} camel`,
    kebab: `${dialect} ${room} kebab`,
    several: `${dialect} ${room} several`,
  }

  const namespace = () => io().of(encoder.namespace)

  const isHeard = (way: Way): boolean => namespace().adapter.rooms.has(names[way])

  const say = (way: Way, event: string, payload: unknown, except: Connection | undefined): void => {
    const to = namespace().to(names[way])
    const operator = except === undefined ? to : to.except(except.socket.id)
    operator.emit(event, payload)
  }

  const gather = (seq: number, payload: object, except: Connection | undefined): void => {
    if (!isHeard('several') && late.size === 0) return
    news.push({ seq, payload, except })
    if (news.length >= gatheredAtMost) return flush()
    flushing ??= clock.schedule(clock.now() + gatheredForMs, flush)
  }

  const flush = (): void => {
    flushing?.()
    flushing = null
    const told = news
    news = []
    if (several === undefined || told.length === 0) return
    if (isHeard('several')) say('several', several.as, payloadsOf(told), undefined)
    for (const [connection, heard] of late) {
      tellSome(connection, told, heard)
      void connection.socket.join(names.several)
    }
    late.clear()
  }

  const tellSome = ({ socket }: Connection, told: ReadonlyArray<News>, heard: number): void => {
    const missed = told.filter(({ seq, except }) => seq > heard && except?.socket !== socket)
    if (missed.length > 0 && several !== undefined) socket.emit(several.as, writtenNews(missed))
  }

  return {
    enter: (connection) => {
      const way = wayOf(connection)
      const last = news.at(-1)
      if (way !== 'several' || last === undefined) void connection.socket.join(names[way])
      else late.set(connection, last.seq)
    },
    leave: (connection) => {
      const way = wayOf(connection)
      if (way === 'several' && connection.ended === null && news.length > 0) {
        const isIn = connection.socket.rooms.has(names[way])
        if (isIn || late.has(connection)) tellSome(connection, news, late.get(connection) ?? 0)
      }
      late.delete(connection)
      void connection.socket.leave(names[way])
    },
    tell: (seq, event, payload, except) => {
      for (const way of ['camel', 'kebab'] as const) {
        if (isHeard(way)) say(way, named(event, encoder, way), payload, except)
      }
      if (several === undefined) return
      if (event === several.of) return gather(seq, payload, except)
      flush()
      if (isHeard('several')) say('several', event, payload, except)
    },
    tellOne: (connection, event, payload) => {
      if (wayOf(connection) === 'several') flush()
      connection.socket.emit(named(event, encoder, connection.naming), payload)
    },
    close: () => flushing?.(),
  }
}

const payloadsOf = (news: ReadonlyArray<News>): ReadonlyArray<object> => news.map(({ payload }) => payload)

/** The same for what waited for one client: runs of one event as one emit, in their order. */
export const gathered = (
  parcels: ReadonlyArray<Parcel & Told>,
  encoders: ReadonlyArray<Encoder>,
): ReadonlyArray<Parcel> => {
  const asOf = new Map(
    encoders.flatMap(({ several }) => (several === undefined ? [] : [[several.of, several.as]])),
  )
  const runs: Array<{ readonly event: string; readonly as: string | undefined; readonly told: Array<Told> }> =
    []
  for (const parcel of parcels) {
    const { event } = parcel
    const as = asOf.get(event)
    const last = runs.at(-1)
    const goesOn = as !== undefined && last?.event === event && last.told.length < gatheredAtMost
    if (goesOn) last.told.push(parcel)
    else runs.push({ event, as, told: [parcel] })
  }
  return runs.flatMap(({ event, as, told }) =>
    as === undefined
      ? told.map(({ payload }) => ({ event, payload }))
      : [{ event: as, payload: writtenNews(told) }],
  )
}
