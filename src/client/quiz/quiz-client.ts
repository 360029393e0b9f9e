import type { Question } from '../../domain/activities/telequiz/index.js'
import { clientPorts, type ClientOptions } from '../client-ports.js'
import { publisher, roomClient, type RoomStatus, type StateSource } from '../room-client.js'
import type { Answer, Session } from '../wire.js'
import { answerSender, type AnswerState } from './answer-sender.js'
import { emptyQuizRoom, evolveQuizRoom, hostingOf } from './quiz-room.js'
import type { Hosting, QuizRoom, QuizRoomSignal } from './quiz-room.js'
import { isQuizEmit, type QuizCommand, type QuizEmit } from './quiz-wire.js'
import type { QuizJoined, QuizRequests } from './quiz-wire.js'
import { ownChoice } from './ranking.js'
import { serverClock } from './server-clock.js'

export interface QuizOptions {
  readonly room: string
  readonly as: 'host' | 'player'
  readonly name?: string
  readonly token?: string
  /**
   * Finds a player's points again after the session has ended, as when a phone was locked. Others in the room see it, and
   * in open mode their programs could answer under it: so a host has none, and is recognised by the session alone.
   */
  readonly userId?: string
}

export interface QuizClientState {
  readonly status: RoomStatus<QuizOptions, QuizJoined>
  readonly room: QuizRoom
  readonly answer: AnswerState
  readonly hosting: Hosting
}

export interface QuizClient extends StateSource<QuizClientState> {
  /** epoch ms by the server's clock, by which questions close */
  serverNow(): number
  /** connects, and enters the room; again after a refused join */
  join(): void
  /** of a host; the right answers stay on the server until each question closes */
  start(questions: ReadonlyArray<Question>): Promise<Answer<object>>
  /** answers the open question; the first choice counts. Without a connection it waits for the next one */
  choose(choice: number): void
  /** resolves when the server has answered, at the latest after a second */
  leave(): Promise<void>
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

/**
 * The host or a player of a quiz. It uses the native protocol, which sends a returning client its state, its own answers
 * and all that it missed, and executes a repeated command once. After a reconnect it sends a pending answer again.
 *
 * @example
 * const client = quizClient({ url: 'https://rooms.example' }, { room: 'room_friday', as: 'player', name: 'Ann' })
 * client.subscribe(({ room }) => console.log(room.quiz.phase.type))
 * client.join()
 * // … once `phase.type` is `asking`
 * client.choose(0)
 */
export const quizClient = (options: ClientOptions, target: QuizOptions): QuizClient => {
  const ports = clientPorts(options, '/rooms')
  const { room: roomId, as, name, token, userId } = target
  const clock = serverClock(ports.elapsedMs, ports.now)
  let room: QuizRoom = emptyQuizRoom
  let session: Session | null = null
  let isTakingOver = false
  /** signals that came before the answer to the join, without which the open question is unknown */
  let early: ReadonlyArray<QuizRoomSignal> = []

  const client = roomClient<QuizRequests, QuizEmit, QuizOptions, QuizJoined>(ports, {
    // One room per session: a member who goes on to another quiz leaves this one when the grace period ends.
    sessionKey: `roomreel.session./rooms.${as}.${roomId}`,
    isEmit: isQuizEmit,
    identity: () => (userId === undefined ? {} : { userId }),
    join: (request) =>
      request('join', {
        room: roomId,
        ...(as === 'host' && { create: true }),
        ...(name !== undefined && { name }),
        ...(token !== undefined && { token }),
        ...offset(),
      }),
    leave: (request) => request('leave', { room: roomId }),
    roomOf: () => roomId,
    retriesJoin: false,
    resendsFromJoin: true,
  })
  const { changed, clear, ...source } = publisher((): QuizClientState => ({
    status: client.status(),
    room,
    answer: answers.state(),
    hosting: hostingOf(room),
  }))

  /** Asks for everything since the last event; after a reload, for everything since the member's first join. */
  const offset = (): { after?: { epoch: string; seq: number } } => {
    if (room.epoch !== null) return { after: { epoch: room.epoch, seq: room.seq } }
    const epoch = session?.memberships.find((membership) => membership.room === roomId)?.epoch
    return epoch === undefined ? {} : { after: { epoch: String(epoch), seq: 0 } }
  }

  const isJoined = (): boolean => client.status().type === 'joined'

  const command = (sent: QuizCommand, id = ports.newId()): Promise<Answer<object>> =>
    client.request('command', { room: roomId, id, ...sent })

  const answers = answerSender({
    room: () => room,
    isReady: isJoined,
    send: (payload, id) => command({ type: 'telequiz.answer', payload }, id),
    newId: ports.newId,
    after: ports.after,
    changed,
  })

  const evolve = (signal: QuizRoomSignal): void => {
    room = evolveQuizRoom(room, signal)
    answers.update()
    takeOverHosting()
    changed()
  }

  const receive = (emit: QuizEmit): void => {
    switch (emit.event) {
      case 'event':
        if (emit.payload.room !== roomId) return
        clock.observe(emit.payload.at)
        evolve({ type: 'event', event: emit.payload })
        if (isNewsForHost(emit.payload)) signalAnswered()
        return
      case 'events':
        for (const event of emit.payload) if (event.room === roomId) evolve({ type: 'event', event })
        return
      case 'signal':
        return receiveSignal(emit.payload)
    }
  }

  const receiveSignal = ({ from, kind, data }: Extract<QuizEmit, { event: 'signal' }>['payload']): void => {
    if (kind !== answeredKind || typeof data !== 'object' || data === null || !('question' in data)) return
    const { question } = data
    if (typeof question !== 'number') return
    const signal = { type: 'answered-signal', from, question } as const
    if (isJoined()) evolve(signal)
    else early = [...early, signal].slice(-maxEarlySignals)
  }

  /** Answers are shown to their author alone, so players signal to the host that they have answered, and not what. */
  const signalAnswered = (): void => {
    const { phase, host } = room.quiz
    if (host === null || phase.type !== 'asking' || ownChoice(room) === null || as === 'host') return
    const data = { question: phase.question.number }
    void client.request('signal', { room: roomId, to: host.member, kind: answeredKind, data })
  }

  /** The client's own answer, or the return of a host, who may have lost its count with a reload. */
  const isNewsForHost = ({ type, by, data }: Extract<QuizEmit, { event: 'event' }>['payload']): boolean => {
    if (type === 'telequiz.answered') return by === room.me?.memberId
    const isReturn = type === 'room.member-back' && typeof data === 'object' && data !== null
    return isReturn && 'memberId' in data && data.memberId === room.quiz.host?.member
  }

  /** A quiz gets its host by its activation; after the host has left for good, it is deactivated first. */
  const takeOverHosting = (): void => {
    if (as !== 'host' || isTakingOver || !isJoined()) return
    const hosting = hostingOf(room)
    if (hosting !== 'nobody' && hosting !== 'left') return
    isTakingOver = true
    void (async () => {
      if (hosting === 'left') await command({ type: 'room.deactivate', payload: { activity: 'telequiz' } })
      await command({ type: 'room.activate', payload: { activity: 'telequiz' } })
      isTakingOver = false
    })()
  }

  client.listen({
    session: (next) => {
      session = next
      clock.reset()
    },
    joined: (result) => {
      for (const { at } of result.missed) clock.observe(at)
      const signals = early
      early = []
      evolve({ type: 'joined', result })
      for (const signal of signals) evolve(signal)
      signalAnswered()
    },
    received: receive,
    changed,
  })

  return {
    ...source,
    serverNow: clock.now,
    join: () => client.join(target),
    start: (questions) => command({ type: 'telequiz.start', payload: { questions } }),
    choose: answers.choose,
    leave: client.leave,
    takeBack: client.takeBack,
    close: () => {
      answers.close()
      client.close()
      clear()
    },
  }
}

const answeredKind = 'quiz-answered'
const maxEarlySignals = 1_000
