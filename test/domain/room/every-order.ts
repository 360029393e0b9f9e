/** Every order. Each is looked at step by step, so the orders of every choice of them are in it too. */
export function* everyOrder<Element>(elements: ReadonlyArray<Element>): Generator<ReadonlyArray<Element>> {
  if (elements.length === 0) yield []
  for (const [place, first] of elements.entries()) {
    for (const rest of everyOrder(elements.filter((_, other) => other !== place))) yield [first, ...rest]
  }
}
