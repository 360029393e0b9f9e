import { quizClient } from '../../../client/quiz/quiz-client.js'
import type { QuizClient, QuizClientState, QuizOptions } from '../../../client/quiz/quiz-client.js'
import { useRoom, type RoomInUse } from '../../shell/use-room.js'

export type QuizInUse = RoomInUse<QuizClient, QuizClientState>

/** In the room from the first render until the page goes. */
export const useQuiz = (options: QuizOptions): QuizInUse =>
  useRoom<QuizClientState, QuizClient>(
    () => quizClient({}, options),
    (client) => {
      client.join()
      return client.close
    },
  )
