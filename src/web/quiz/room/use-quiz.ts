import { useEffect, useState } from 'preact/hooks'
import {
  quizClient,
  type QuizClient,
  type QuizClientState,
  type QuizWish,
} from '../../../client/quiz/quiz-client.js'
import { socketIoConnection } from '../../../client/socket-io-connection.js'
import { browserPorts, tabStorage } from '../../shell/browser-ports.js'
import { newId } from '../before/own-names.js'

export interface QuizInUse {
  readonly client: QuizClient
  readonly state: QuizClientState
}

const inBrowser = (wish: QuizWish): QuizClient =>
  quizClient(
    {
      ...browserPorts(tabStorage()),
      connect: socketIoConnection('/rooms'),
      newId,
      elapsedMs: () => performance.now(),
      wallClock: () => Date.now(),
    },
    wish,
  )

/** In the room from the moment it is drawn until it is left, or the page goes. */
export const useQuiz = (wish: QuizWish): QuizInUse => {
  const [client] = useState(() => inBrowser(wish))
  const [state, setState] = useState(client.state)
  useEffect(() => {
    const stop = client.subscribe(setState)
    client.join()
    return () => {
      stop()
      client.close()
    }
  }, [client])
  return { client, state }
}
