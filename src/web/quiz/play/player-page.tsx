import { useState } from 'preact/hooks'
import type { QuizOptions } from '../../../client/quiz/quiz-client.js'
import type { Round } from '../../../client/quiz/quiz-room.js'
import { ownChoice, playersIn } from '../../../client/quiz/ranking.js'
import { ShareDialog } from '../../shell/share-dialog.js'
import { quizLink } from '../address.js'
import { Announcement } from '../../shell/announcement.js'
import { useLastResult } from '../room/use-last-result.js'
import { QuizHeader } from '../room/quiz-header.js'
import { QuizNotices } from '../room/quiz-notices.js'
import { announcementOf } from '../room/quiz-text.js'
import { useWakeLock } from '../room/use-wake-lock.js'
import { useQuiz, type QuizInUse } from '../room/use-quiz.js'
import { Players } from '../show/players.js'
import { PlayerQuestion } from './player-question.js'
import { PlayerFinal } from './player-final.js'
import { PlayerResult } from './player-result.js'

interface PlayerPageProps {
  readonly code: string
  readonly options: QuizOptions
  readonly onLeave: () => void
}

export const PlayerPage = ({ code, options, onLeave }: PlayerPageProps) => {
  const inUse = useQuiz(options)
  const [isSharing, setSharing] = useState(false)
  const { client, state } = inUse
  const { room, status } = state
  const token = options.token ?? null
  const last = useLastResult(room)
  useWakeLock()

  return (
    <div class="quiz player">
      <a class="skip" href="#main">
        Skip to the quiz
      </a>
      <QuizHeader code={code} isPrivate={token !== null} players={playersIn(room).length} status={status}>
        <wa-button size="s" appearance="plain" onClick={() => setSharing(true)}>
          <wa-icon name="share" label="Invite somebody"></wa-icon>
        </wa-button>
        <wa-button size="s" appearance="plain" onClick={() => void client.leave().then(onLeave)}>
          <wa-icon name="leave" label="Leave the quiz"></wa-icon>
        </wa-button>
      </QuizHeader>
      <main id="main" tabIndex={-1}>
        <h1 class="wa-visually-hidden-force">Quiz {code.toUpperCase()}</h1>
        <QuizNotices {...inUse} />
        {room.me !== null && status.type !== 'refused' && <Shown {...inUse} last={last} />}
        {room.me === null && status.type === 'joining' && (
          <p class="waiting" role="status">
            <wa-spinner></wa-spinner> Coming in …
          </p>
        )}
      </main>
      <Announcement text={announcementOf(state, 'player', last)} />
      <ShareDialog
        open={isSharing}
        link={quizLink(location.origin, { code, as: 'player', token })}
        label="Invite somebody to play"
        note={
          token === null
            ? 'Anyone with the link or the code can play.'
            : 'This quiz is private: the part after # lets people in.'
        }
        onClose={() => setSharing(false)}
      />
    </div>
  )
}

interface ShownProps extends QuizInUse {
  /** the result of the last question, for a few seconds after the end */
  readonly last: Round | null
}

const Shown = ({ client, state, last }: ShownProps) => {
  const { room, answer, hosting } = state
  const { phase } = room.quiz
  switch (phase.type) {
    case 'idle':
      return <WaitingRoom state={state} isHosted={hosting === 'other' || hosting === 'own'} />
    case 'asking':
      return (
        <PlayerQuestion
          key={phase.question.closesAt}
          question={phase.question}
          own={ownChoice(room)}
          answer={answer}
          serverNow={client.serverNow}
          onChoose={client.choose}
        />
      )
    case 'closed': {
      const round = room.rounds.find(({ question }) => question.number === phase.question.number)
      return round === undefined ? null : <PlayerResult room={room} round={round} answer={answer} />
    }
    case 'finished':
      return last === null ? (
        <PlayerFinal room={room} />
      ) : (
        <PlayerResult room={room} round={last} answer={answer} />
      )
  }
}

interface WaitingRoomProps {
  readonly state: QuizInUse['state']
  readonly isHosted: boolean
}

const WaitingRoom = ({ state: { room }, isHosted }: WaitingRoomProps) => {
  const me = room.people.find(({ id }) => id === room.me?.memberId)
  return (
    <section class="stack waiting-room" aria-labelledby="waiting-heading">
      <div class="welcome">
        <h2 id="waiting-heading">You are in, {me?.name ?? 'player'}.</h2>
        <p>
          {isHosted
            ? 'The first question comes by itself when the host starts.'
            : 'Nobody hosts this quiz yet. The first question comes by itself.'}
        </p>
      </div>
      <Players players={playersIn(room)} ownId={room.me?.memberId ?? null} />
    </section>
  )
}
