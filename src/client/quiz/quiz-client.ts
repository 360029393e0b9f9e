import type { Question } from '../../domain/activities/telequiz/index.js'
import { sessionClient, type ClientPorts, type ConnectionState } from '../session-client.js'
import type { Answer, Session, WireError } from '../wire.js'
import { answering, type AnswerState } from './answer-sender.js'
import { hostingOf, type Hosting } from './hosting.js'
import { emptyQuizRoom, evolveQuizRoom, type QuizRoom, type QuizRoomSignal } from './quiz-room.js'
import {
  isQuizEmit,
  type QuizCommand,
  type QuizEmit,
  type QuizJoined,
  type QuizRequests,
} from './quiz-wire.js'
import { serverClock } from './server-clock.js'
import { ownChoice } from './ranking.js'

export interface QuizWish {
  readonly room: string
  readonly as: 'host' | 'player'
  readonly name?: string
  readonly token?: string
  /**
   * For somebody whose session ends while the phone is in a pocket: the points are found again under it. Those in the room
   * see it, and where a server takes it on trust a program of theirs could answer under it; so a host has none, and is
   * known by the session alone.
   */
  readonly userId?: string
}

export type QuizMembership =
  | { readonly type: 'outside' }
  | { readonly type: 'joining' }
  | { readonly type: 'joined' }
  | { readonly type: 'refused'; readonly error: WireError }

export interface QuizClientState {
  readonly connection: ConnectionState
  readonly membership: QuizMembership
  readonly room: QuizRoom
  readonly answer: AnswerState
  readonly hosting: Hosting
}

export interface QuizPorts extends ClientPorts {
  /** for commands that are done once however often they are sent */
  readonly newId: () => string
  /** ms that go on evenly, from whenever */
  readonly elapsedMs: () => number
  /** epoch ms by this machine's clock, which may be wrong */
  readonly wallClock: () => number
}

/**
 * Somebody in a quiz, as its host or a player, by the native vocabulary: it alone tells a returning client its state, its
 * own answers and all that it missed, and does a command once that is sent again. It comes back by itself, with
 * the answer that was under way.
 */
export interface QuizClient {
  state(): QuizClientState
  /** returns how to stop */
  subscribe(listener: (state: QuizClientState) => void): () => void
  /** epoch ms by the server's clock, by which questions close */
  serverNow(): number
  /** connects, and enters the room; again after a refusal */
  join(): void
  /** a host's; what it says of the right answers stays on the server until each question closes */
  start(questions: ReadonlyArray<Question>): Promise<Answer<object>>
  /** to the question that is open; the first choice counts. Without a connection it waits for the next one */
  choose(choice: number): void
  /** done when the server knows it, or does not say so in time */
  leave(): Promise<void>
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

/** One room a session: who goes on to another quiz has left this one by the end of the grace. */
const sessionKeyOf = ({ room, as }: QuizWish): string => `roomreel.session./rooms.${as}.${room}`

export const quizClient = (ports: QuizPorts, wish: QuizWish): QuizClient => {
  const { room: name, as, userId } = wish
  const listeners = new Set<(state: QuizClientState) => void>()
  const clock = serverClock(ports.elapsedMs, ports.wallClock)
  let membership: QuizMembership = { type: 'outside' }
  let room: QuizRoom = emptyQuizRoom
  let session: Session | null = null
  let isWished = false
  let isTakingOver = false
  /** what members said to a page that had not heard yet what is asked */
  let early: ReadonlyArray<QuizRoomSignal> = []

  const state = (): QuizClientState => ({
    connection: client.connection(),
    membership,
    room,
    answer: answers.state(),
    hosting: hostingOf(room),
  })

  const changed = (): void => {
    const now = state()
    for (const listener of listeners) listener(now)
  }

  const see = (signal: QuizRoomSignal): void => {
    room = evolveQuizRoom(room, signal)
    answers.look()
    seeToHosting()
    changed()
  }

  const client = sessionClient<QuizRequests, QuizEmit>(
    ports,
    {
      key: sessionKeyOf(wish),
      isEmit: isQuizEmit,
      identity: () => (userId === undefined ? {} : { userId }),
    },
    {
      connection: ({ type }) => {
        // The next connection is not in the room before its join is answered.
        if (type !== 'connected' && membership.type === 'joined') membership = { type: 'joining' }
        changed()
      },
      session: (begun) => {
        session = begun
        clock.begin()
        if (isWished) void enter()
      },
      heard: (emit) => hear(emit),
    },
  )

  const hear = (emit: QuizEmit): void => {
    switch (emit.event) {
      case 'event':
        if (emit.payload.room !== name) return
        clock.heard(emit.payload.at)
        see({ type: 'event', event: emit.payload })
        return tellWhoHostsAgain(emit.payload)
      case 'events':
        for (const event of emit.payload) if (event.room === name) see({ type: 'event', event })
        return
      case 'signal':
        return hearSignal(emit.payload)
    }
  }

  const hearSignal = ({ from, kind, data }: Extract<QuizEmit, { event: 'signal' }>['payload']): void => {
    if (kind !== answeredSignal || typeof data !== 'object' || data === null || !('question' in data)) return
    const { question } = data
    if (typeof question !== 'number') return
    const told = { type: 'told', from, question } as const
    if (membership.type === 'joined') see(told)
    else early = [...early, told].slice(-earlyAtMost)
  }

  /** Nobody is shown who has answered, so that the host can count, players say so themselves: that, and not what. */
  const tellHost = (): void => {
    const { phase, host } = room.quiz
    if (host === null || phase.type !== 'asking' || ownChoice(room) === null || as === 'host') return
    const data = { question: phase.question.number }
    void client.request('signal', { room: name, to: host.member, kind: answeredSignal, data })
  }

  const tellWhoHostsAgain = ({ type, by, data }: Extract<QuizEmit, { event: 'event' }>['payload']): void => {
    const isOwnAnswer = type === 'telequiz.answered' && by === room.me?.memberId
    const isHostBack =
      type === 'room.member-back' &&
      typeof data === 'object' &&
      data !== null &&
      'memberId' in data &&
      data.memberId === room.quiz.host?.member
    if (isOwnAnswer || isHostBack) tellHost()
  }

  const command = (asked: QuizCommand, id = ports.newId()): Promise<Answer<object>> =>
    client.request('command', { room: name, id, ...asked })

  const answers = answering({
    room: () => room,
    isReady: () => membership.type === 'joined',
    send: (payload, id) => command({ type: 'telequiz.answer', payload }, id),
    newId: ports.newId,
    after: ports.after,
    changed,
  })

  const now = (next: QuizMembership): void => {
    membership = next
    changed()
  }

  /** What came since the last that was seen; to a page that has just been loaded, all since this member first came. */
  const after = (): { after?: { epoch: string; seq: number } } => {
    if (room.epoch !== null) return { after: { epoch: room.epoch, seq: room.seq } }
    const epoch = session?.memberships.find((known) => known.room === name)?.epoch
    return epoch === undefined ? {} : { after: { epoch: String(epoch), seq: 0 } }
  }

  const enter = async (): Promise<void> => {
    const asked = session
    now({ type: 'joining' })
    const answer = await client.request('join', {
      room: name,
      ...(as === 'host' && { create: true }),
      ...(wish.name !== undefined && { name: wish.name }),
      ...(wish.token !== undefined && { token: wish.token }),
      ...after(),
    })
    // Another session has begun meanwhile and asks for itself, or the connection went and the next one will.
    if (session !== asked || client.connection().type !== 'connected') return
    if (!answer.success) return now({ type: 'refused', error: answer.error })
    client.entered(name)
    welcome(answer)
  }

  const welcome = (result: QuizJoined): void => {
    for (const { at } of result.missed) clock.heard(at)
    membership = { type: 'joined' }
    see({ type: 'joined', result })
    for (const signal of early) see(signal)
    early = []
    tellHost()
  }

  /** A quiz has a host once somebody turns it on; where that one has gone for good, it is turned off first. */
  const seeToHosting = (): void => {
    if (as !== 'host' || isTakingOver || membership.type !== 'joined') return
    const hosting = hostingOf(room)
    if (hosting !== 'nobody' && hosting !== 'gone') return
    isTakingOver = true
    void (async () => {
      if (hosting === 'gone') await command({ type: 'room.deactivate', payload: { activity: 'telequiz' } })
      await command({ type: 'room.activate', payload: { activity: 'telequiz' } })
      isTakingOver = false
    })()
  }

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    serverNow: clock.now,
    join: () => {
      isWished = true
      if (client.connection().type === 'connected') return void enter()
      client.open()
    },
    start: (questions) => command({ type: 'telequiz.start', payload: { questions } }),
    choose: answers.choose,
    leave: async () => {
      isWished = false
      client.forget(name)
      await new Promise<void>((resolve) => {
        const callOff = ports.after(patienceToLeaveMs, resolve)
        void client.request('leave', { room: name }).then(() => {
          callOff()
          resolve()
        })
      })
      now({ type: 'outside' })
    },
    takeBack: client.takeBack,
    close: () => {
      isWished = false
      answers.close()
      client.close()
      listeners.clear()
    },
  }
}

const answeredSignal = 'quiz-answered'
const patienceToLeaveMs = 1_000
const earlyAtMost = 1_000
