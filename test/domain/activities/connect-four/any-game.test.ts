import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../../../../src/domain/activities/connect-four/board.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import { activityDriver, columns, person } from '../../../kit/index.js'
import { ArrayModel, asText } from './array-model.js'

const [ann, bob] = [person('ann').memberId, person('bob').memberId]

type Over = Extract<ConnectFourEvent, { type: 'connect-four.over' }>

/** Plays moves in the activity and in the model, and expects the same result of each. */
const compareWithModel = (turns: ReadonlyArray<readonly [Column, boolean]>): void => {
  const driver = activityDriver(connectFour)
  driver.setActive(true, ann)
  driver.send({ type: 'create', opponent: { kind: 'human' }, first: 'me' }, ann)
  driver.send({ type: 'join' }, bob)
  const model = new ArrayModel()
  let isOver = false
  for (const [column, isOutOfTurn] of turns) {
    const player = model.next()
    const mover = (player === 1) !== isOutOfTurn ? ann : bob
    const length = driver.log().length
    driver.send({ type: 'drop', column }, mover)
    const decision = driver.steps().at(-1)?.decision
    const records = driver.log().slice(length)
    const rejection = decision?._tag === 'Left' ? decision.left.type : undefined
    if (isOver) {
      expect(rejection).toBe('game-over')
      continue
    }
    if (isOutOfTurn) {
      expect(rejection).toBe('not-your-turn')
      continue
    }
    const row = model.drop(column)
    if (row === undefined) {
      expect(rejection).toBe('column-full')
      continue
    }
    const lines = model.lines(player)
    const isFull = model.ply === 42
    isOver = lines.length > 0 || isFull
    expect(records[0]).toMatchObject({
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
    expect(records).toHaveLength(isOver ? 2 : 1)
    if (!isOver) continue
    const end = records.find((record): record is typeof record & Over => record.type === 'connect-four.over')
    if (lines.length === 0) expect(end?.data).toEqual({ winner: null, reason: 'full' })
    else {
      expect(end?.data).toMatchObject({ winner: player, reason: 'four' })
      expect(lines).toContain(asText(end?.data.line ?? []))
    }
  }
}

describe('any game follows the model of arrays', () => {
  test('with random moves in and out of turn, into full columns and after its end', () => {
    const turn = fc.tuple(
      columns,
      fc.nat(9).map((number) => number === 0),
    )
    fc.assert(fc.property(fc.array(turn, { maxLength: 70, size: 'max' }), compareWithModel), { numRuns: 300 })
  })

  test('that fills the board', () => {
    // Pairs of columns that are filled so that neither player has a line of four, in several orders.
    const pair = [0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0]
    const of = (left: Column, right: Column): ReadonlyArray<Column> =>
      pair.map((side) => (side === 0 ? left : right))
    for (const start of [
      [of(0, 1), of(2, 3), of(4, 5)],
      [of(4, 5), of(0, 1), of(2, 3)],
    ]) {
      const filled = [...start.flat(), ...Array.from({ length: 6 }, (): Column => 6)]
      expect(filled).toHaveLength(42)
      compareWithModel(filled.map((column) => [column, false] as const))
    }
  })
})
