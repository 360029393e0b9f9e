/**
 * Runs a task at once if the turn has room for it, or else in one of the next turns of the event loop. False: too many
 * tasks wait, and this one is dropped.
 */
export type TurnQueue = (task: () => void) => boolean

/** At most `perTurn` tasks run in one turn, in order, so that timers and other connections are served in between. */
export const createTurnQueue = (perTurn: number, maxWaiting: number): TurnQueue => {
  const waiting: Array<() => void> = []
  let started = 0
  let isScheduled = false

  const schedule = (): void => {
    if (isScheduled) return
    isScheduled = true
    setImmediate(nextTurn)
  }

  const nextTurn = (): void => {
    isScheduled = false
    const tasks = waiting.splice(0, perTurn)
    started = tasks.length
    if (started > 0) schedule()
    for (const task of tasks) task()
  }

  return (task) => {
    schedule()
    if (started >= perTurn || waiting.length > 0) {
      if (waiting.length >= maxWaiting) return false
      waiting.push(task)
      return true
    }
    started++
    task()
    return true
  }
}
