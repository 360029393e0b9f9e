/** What JSON has no word for: a state that holds it would come back as another one. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
}

/**
 * Gives what is left of values once they were written down as JSON and read again. A state shares most of its parts
 * with the one before it, and what has been through this once comes back as it is: so a long log of a large room can
 * be checked at every record.
 */
export const writingDown = (): (<Value>(value: Value) => Value) => {
  const copies = new WeakMap<object, object>()

  const copied = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return primitive(value)
    const known = copies.get(value)
    if (known !== undefined) return known
    const copy = Array.isArray(value) ? value.map(copied) : plain(value)
    copies.set(value, copy)
    copies.set(copy, copy)
    return copy
  }

  const plain = (value: object): object => {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null)
      throw new NotJson('a state holds what is no JSON')
    const copy: Record<string, unknown> = { ...value }
    for (const key of Object.keys(copy)) {
      const member = copy[key]
      const kept = member === undefined ? undefined : copied(member)
      if (kept === undefined) delete copy[key]
      else if (kept !== member) put(copy, key, kept)
    }
    return copy
  }

  // A copy has the shape of what it was copied from.
  return <Value>(value: Value): Value => copied(value) as Value
}

/** Not by assigning: a key named `__proto__` would be lost. */
const put = (into: object, key: string, value: unknown): void => {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true })
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
    const isSame =
      Array.isArray(left) || Array.isArray(right)
        ? Array.isArray(left) && Array.isArray(right) && sameItems(left, right)
        : isRecord(left) && isRecord(right) && sameMembers(left, right)
    if (isSame) known.set(left, right)
    return isSame
  }

  const sameItems = (left: ReadonlyArray<unknown>, right: ReadonlyArray<unknown>): boolean =>
    left.length === right.length && left.every((item, place) => same(item, right[place]))

  const sameMembers = (left: Members, right: Members): boolean => {
    let count = 0
    for (const key of Object.keys(left)) {
      const member = left[key]
      if (member === undefined) continue
      if (!Object.hasOwn(right, key) || !same(member, right[key])) return false
      count++
    }
    const keys = Object.keys(right)
    return count === keys.length || count === keys.filter((key) => right[key] !== undefined).length
  }

  return same
}

type Members = Readonly<Record<string, unknown>>

const isRecord = (value: object): value is Members => !Array.isArray(value)
