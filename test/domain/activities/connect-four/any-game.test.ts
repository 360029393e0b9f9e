import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../../../../src/domain/activities/connect-four/board.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import { activityDriver, columns, person } from '../../../kit/index.js'
import { ArrayModel, asText } from './array-model.js'

const [ann, bob] = [person('ann').memberId, person('bob').memberId]

type Over = Extract<ConnectFourEvent, { type: 'connect-four.over' }>

/** A game as it was played, and the box's own account of it. */
const compare = (session: ReadonlyArray<readonly [Column, boolean]>): void => {
  const driver = activityDriver(connectFour)
  driver.turn(true, ann)
  driver.send({ type: 'create', opponent: { kind: 'human' }, first: 'me' }, ann)
  driver.send({ type: 'join' }, bob)
  const model = new ArrayModel()
  let isOver = false
  for (const [column, outOfTurn] of session) {
    const player = model.next()
    const mover = (player === 1) !== outOfTurn ? ann : bob
    const length = driver.log().length
    driver.send({ type: 'drop', column }, mover)
    const decision = driver.steps().at(-1)?.decision
    const written = driver.log().slice(length)
    const refusal = decision?._tag === 'Left' ? decision.left.type : undefined
    if (isOver) {
      expect(refusal).toBe('game-over')
      continue
    }
    if (outOfTurn) {
      expect(refusal).toBe('not-your-turn')
      continue
    }
    const row = model.drop(column)
    if (row === undefined) {
      expect(refusal).toBe('column-full')
      continue
    }
    const lines = model.lines(player)
    const isFull = model.ply === 42
    isOver = lines.length > 0 || isFull
    expect(written[0]).toMatchObject({
      type: 'connect-four.moved',
      data: {
        player,
        column,
        row,
        ply: model.ply,
        board: model.rows(),
        next: isOver ? null : model.next(),
        status: lines.length > 0 ? 'won' : isFull ? 'draw' : 'playing',
      },
    })
    expect(written).toHaveLength(isOver ? 2 : 1)
    if (!isOver) continue
    const end = written.find((record): record is typeof record & Over => record.type === 'connect-four.over')
    if (lines.length === 0) expect(end?.data).toEqual({ winner: null, reason: 'full' })
    else {
      expect(end?.data).toMatchObject({ winner: player, reason: 'four' })
      expect(lines).toContain(asText(end?.data.line ?? []))
    }
  }
}

describe('any game is what the box says', () => {
  test('of random moves, in turn and not, into columns with room and without, until after its end', () => {
    const turn = fc.tuple(
      columns,
      fc.nat(9).map((one) => one === 0),
    )
    fc.assert(fc.property(fc.array(turn, { maxLength: 70, size: 'max' }), compare), { numRuns: 300 })
  })

  test('also when it fills the board', () => {
    // Pairs of columns that are filled so that nobody has four, in any order of the pairs and sides.
    const pair = [0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0]
    const of = (left: Column, right: Column): ReadonlyArray<Column> =>
      pair.map((one) => (one === 0 ? left : right))
    for (const start of [
      [of(0, 1), of(2, 3), of(4, 5)],
      [of(4, 5), of(0, 1), of(2, 3)],
    ]) {
      const filled = [...start.flat(), ...Array.from({ length: 6 }, (): Column => 6)]
      expect(filled).toHaveLength(42)
      compare(filled.map((column) => [column, false] as const))
    }
  })
})
