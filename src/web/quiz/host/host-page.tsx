import { useEffect, useState } from 'preact/hooks'
import { playersIn } from '../../../client/quiz/ranking.js'
import { ErrorNotice, Notice } from '../../shell/room-notice.js'
import { ShareDialog } from '../../shell/share-dialog.js'
import { quizLink } from '../address.js'
import { roomIdOf } from '../../shell/room-link.js'
import type { QuizLink } from '../address.js'
import { readyToAsk } from '../questions/drafts.js'
import { useDrafts } from '../questions/use-drafts.js'
import { Announcement } from '../../shell/announcement.js'
import { useLastResult } from '../room/use-last-result.js'
import { QuizHeader } from '../room/quiz-header.js'
import { QuizNotices } from '../room/quiz-notices.js'
import { hostErrorText, announcementOf } from '../room/quiz-text.js'
import { useWakeLock } from '../room/use-wake-lock.js'
import { useQuiz } from '../room/use-quiz.js'
import { HostLobby } from './host-lobby.js'
import { FullScreenButton } from './full-screen-button.js'
import { HostStage } from './host-stage.js'
import { Preparation } from './preparation.js'

/** The editor shows the right answers, so it is never on the same screen as the QR code. */
type Step = 'questions' | 'lobby'

export const HostPage = ({ address: { code, token } }: { readonly address: QuizLink }) => {
  const inUse = useQuiz({ room: roomIdOf(code), as: 'host', ...(token !== null && { token }) })
  const [drafts, setDrafts] = useDrafts()
  const [step, setStep] = useState<Step>('questions')
  const [isBetween, setBetween] = useState(false)
  const [isSharing, setSharing] = useState(false)
  const { client, state, error, setError, report } = inUse
  const { room, status, hosting } = state
  const { phase } = room.quiz
  const last = useLastResult(room)
  const isRunning = phase.type === 'asking' || phase.type === 'closed'
  const ready = readyToAsk(drafts)
  const link = quizLink(location.origin, { code, as: 'player', token })
  const players = playersIn(room).filter(({ id }) => id !== room.me?.memberId)
  useWakeLock()

  // A running quiz resets the state between two quizzes.
  useEffect(() => {
    if (!isRunning) return
    setBetween(false)
    setStep('lobby')
    setError(null)
  }, [isRunning, setError])

  const start = async (): Promise<void> => {
    if (ready.type !== 'ready') return
    report(await client.start(ready.questions))
  }

  const content = () => {
    if (isRunning || (phase.type === 'finished' && !isBetween))
      return (
        <HostStage
          room={room}
          last={last}
          players={players.length}
          serverNow={client.serverNow}
          onAgain={() => {
            setBetween(true)
            setStep('questions')
          }}
        />
      )
    if (step === 'questions')
      return (
        <Preparation drafts={drafts} onDrafts={setDrafts} players={players} onDone={() => setStep('lobby')} />
      )
    return (
      <HostLobby
        code={code}
        link={link}
        isPrivate={token !== null}
        players={players}
        ready={ready}
        canStart={hosting === 'own' && status.connection.type === 'connected'}
        onStart={() => void start()}
        onBack={() => setStep('questions')}
      />
    )
  }

  return (
    <div class="quiz host">
      <a class="skip" href="#main">
        Skip to the quiz
      </a>
      <QuizHeader code={code} isPrivate={token !== null} players={players.length} status={status}>
        <FullScreenButton />
        <wa-button size="s" appearance="filled" variant="brand" onClick={() => setSharing(true)}>
          <wa-icon slot="start" name="share"></wa-icon>
          Share
        </wa-button>
      </QuizHeader>
      <main id="main" tabIndex={-1}>
        <h1 class="wa-visually-hidden-force">Host quiz {code.toUpperCase()}</h1>
        <QuizNotices {...inUse} />
        {hosting === 'other' && (
          <Notice variant="warning" text="Somebody else hosts the quiz in this room.">
            <wa-button size="s" variant="brand" href={link}>
              Play along
            </wa-button>
            <wa-button size="s" appearance="outlined" href="/quiz">
              Host another
            </wa-button>
          </Notice>
        )}
        {error !== null && (
          <ErrorNotice error={error} textOf={hostErrorText} onClose={() => setError(null)} />
        )}
        {status.type !== 'refused' && hosting !== 'other' && content()}
      </main>
      <Announcement text={announcementOf(state, 'host', last)} />
      <ShareDialog
        open={isSharing}
        link={link}
        label="Invite people to play"
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
