/** Tasks one after another, whatever they wait for; one that fails does not hold up the next. */
export type Turns = (task: () => Promise<void>) => void

export const turns = (isOver: () => boolean): Turns => {
  let turn = Promise.resolve()
  return (task) => {
    turn = turn.then(async () => {
      if (isOver()) return
      try {
        await task()
      } catch {
        // A connection that cannot take what it was told shows it by its state, and recovers by that.
      }
    })
  }
}
