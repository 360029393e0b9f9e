import { useState } from 'preact/hooks'
import { quizAddressIn, quizLink, type AtQuiz } from './address.js'
import { Playing } from './before/playing.js'
import { QuizLobby } from './before/quiz-lobby.js'
import { HostPage } from './host/host-page.js'

const go = (to: AtQuiz): void => location.assign(quizLink(location.origin, to))

export const App = () => {
  const [address] = useState(() => quizAddressIn(new URL(location.href)))
  switch (address.type) {
    case 'lobby':
      return <QuizLobby wrongCode={null} onGo={go} />
    case 'no-room':
      return <QuizLobby wrongCode={address.code} onGo={go} />
    case 'quiz':
      return address.as === 'host' ? <HostPage address={address} /> : <Playing address={address} />
  }
}
