/** What JSON has no word for: a state that holds it would come back as another one. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
}

/**
 * Gives what is left of values once they were written down as JSON and read again. A state shares most of its parts
 * with the one before it, and a part that was copied once is not copied again: so a long log of a large room can be
 * checked at every record.
 */
export const writingDown = (): (<Value>(value: Value) => Value) => {
  const copies = new WeakMap<object, object>()

  const copied = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return primitive(value)
    const known = copies.get(value)
    if (known !== undefined) return known
    const copy = Array.isArray(value) ? value.map(copied) : plain(value)
    copies.set(value, copy)
    return copy
  }

  const plain = (value: object): object => {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null)
      throw new NotJson('a state holds what is no JSON')
    const members: Array<readonly [string, unknown]> = []
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined) members.push([key, copied(member)])
    }
    // Not by assigning: a key named `__proto__` would be lost.
    return Object.fromEntries(members)
  }

  // A copy has the shape of what it was copied from.
  return <Value>(value: Value): Value => copied(value) as Value
}

const primitive = (value: unknown): unknown => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new NotJson(`a state holds a ${typeof value} that is no JSON`)
}

/**
 * Tells whether two values are the same JSON, whatever the order of their keys. Pairs that were found to be the same
 * are not gone through again, for nothing that is in a state ever changes.
 */
export const comparing = (): ((left: unknown, right: unknown) => boolean) => {
  const known = new WeakMap<object, object>()

  const same = (left: unknown, right: unknown): boolean => {
    if (left === right) return true
    if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false
    if (known.get(left) === right) return true
    const isSame = Array.isArray(left)
      ? Array.isArray(right) &&
        left.length === right.length &&
        left.every((item, at) => same(item, right[at]))
      : !Array.isArray(right) && sameMembers(left, right)
    if (isSame) known.set(left, right)
    return isSame
  }

  const sameMembers = (left: object, right: object): boolean => {
    const members: Readonly<Record<string, unknown>> = { ...right }
    let count = 0
    for (const [key, member] of Object.entries(left)) {
      if (member === undefined) continue
      if (!Object.hasOwn(members, key) || !same(member, members[key])) return false
      count++
    }
    return count === Object.values(members).filter((member) => member !== undefined).length
  }

  return same
}
