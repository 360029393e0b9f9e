/** All permutations. Tests check every prefix, so the permutations of every subset are covered too. */
export function* permutationsOf<Element>(
  elements: ReadonlyArray<Element>,
): Generator<ReadonlyArray<Element>> {
  if (elements.length === 0) yield []
  for (const [index, first] of elements.entries()) {
    for (const rest of permutationsOf(elements.filter((_, other) => other !== index))) yield [first, ...rest]
  }
}
