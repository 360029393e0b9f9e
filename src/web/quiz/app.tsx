import { useState } from 'preact/hooks'
import { quizAddressIn, quizLink, type QuizLink } from './address.js'
import { PlayerApp } from './lobby/player-app.js'
import { QuizLobby } from './lobby/quiz-lobby.js'
import { HostPage } from './host/host-page.js'

const go = (to: QuizLink): void => location.assign(quizLink(location.origin, to))

export const App = () => {
  const [address] = useState(() => quizAddressIn(new URL(location.href)))
  switch (address.type) {
    case 'lobby':
      return <QuizLobby wrongCode={null} onGo={go} />
    case 'no-room':
      return <QuizLobby wrongCode={address.code} onGo={go} />
    case 'quiz':
      return address.as === 'host' ? <HostPage address={address} /> : <PlayerApp address={address} />
  }
}
