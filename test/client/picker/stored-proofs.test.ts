import { expect, test } from 'vitest'
import { storeProofs, storedProofs } from '../../../src/client/picker/stored-proofs.js'
import type { PastDraw } from '../../../src/client/picker/picker-room.js'
import type { SessionStorage } from '../../../src/client/stored-session.js'

const tab = (): SessionStorage => {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

const past = (drawNo: number, memberCount = 1): PastDraw => ({
  drawId: `d${drawNo}`,
  drawNo,
  at: 1,
  memberCount,
  winner: null,
  cancelled: true,
  proof: {
    algorithm: 'draw/1',
    room: 'main',
    drawNo,
    serverSeed: '00'.repeat(32),
    commitment: '11'.repeat(32),
    members: Array.from({ length: memberCount }, (_, i) => ({ id: `#${i}`, name: 'x'.repeat(200) })),
    contributions: [],
    ticks: 50,
  },
  seen: { room: 'main', drawNo },
})

test('reads the stored proofs of a room, and of no other', () => {
  const storage = tab()
  const draw = past(1)
  storeProofs(storage, 'main', [draw, { ...past(2), proof: null }])
  expect(storedProofs(storage, 'main')).toEqual({ d1: { proof: draw.proof, seen: draw.seen } })
  expect(storedProofs(storage, 'other')).toEqual({})
})

test('stores the newest draws, up to ten and two million characters', () => {
  const storage = tab()
  storeProofs(
    storage,
    'main',
    Array.from({ length: 30 }, (_, i) => past(30 - i)),
  )
  expect(Object.keys(storedProofs(storage, 'main'))).toEqual(
    Array.from({ length: 10 }, (_, i) => `d${30 - i}`),
  )
  storeProofs(storage, 'main', [past(32, 4_000), past(31, 9_000), past(30)])
  expect(Object.keys(storedProofs(storage, 'main'))).toEqual(['d32'])
})

test('keeps stored proofs when a new page has none yet', () => {
  const storage = tab()
  storeProofs(storage, 'main', [past(1)])
  storeProofs(storage, 'main', [])
  expect(Object.keys(storedProofs(storage, 'main'))).toEqual(['d1'])
})

test('reads nothing from a broken storage, and ignores a full one', () => {
  const full: SessionStorage = {
    getItem: () => '{',
    setItem: () => {
      throw new Error('full')
    },
    removeItem: () => {},
  }
  storeProofs(full, 'main', [past(1)])
  expect(storedProofs(full, 'main')).toEqual({})
})
