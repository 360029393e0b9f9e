/** First in, first out, each operation in amortized constant time (`Array.shift` is linear). */
export interface Queue<Item> {
  readonly push: (item: Item) => void
  readonly peek: () => Item | undefined
  readonly shift: () => Item | undefined
  readonly size: () => number
  /** Takes out all items. */
  readonly drain: () => ReadonlyArray<Item>
}

export const createQueue = <Item>(): Queue<Item> => {
  let items: Array<Item> = []
  let head = 0
  return {
    push: (item) => {
      items.push(item)
    },
    peek: () => items[head],
    shift: () => {
      const item = items[head]
      if (item === undefined) return undefined
      head++
      if (head === items.length) {
        items = []
        head = 0
      } else if (head >= 1_024 && head * 2 >= items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    size: () => items.length - head,
    drain: () => {
      const rest = items.slice(head)
      items = []
      head = 0
      return rest
    },
  }
}
